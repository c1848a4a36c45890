// The certified OpenID client (the npm package openid-client) as one application at one provider.
//
// Standard input: one line of JSON with `issuer`, `client_id`, `redirect_uri`, `signed_out_uri`, `id_token_alg` and
// `key`, a private key for private_key_jwt, or null for a public application; then one line for every request.
// Standard output: {"visit": address} asks that a person opens the address, and the next line of input is where the
// browser ended; the last line is {"report": …}.

import { createInterface } from "node:readline";

import * as openid from "openid-client";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const settings = JSON.parse(await nextLine());
const isPublic = settings.key === null;
const config = await openid.discovery(
  new URL(settings.issuer),
  settings.client_id,
  { id_token_signed_response_alg: settings.id_token_alg },
  isPublic ? openid.None() : openid.PrivateKeyJwt({ key: await imported(settings.key), kid: settings.key.kid }),
  { execute: [openid.allowInsecureRequests] },
);
const keys = await openid.randomDPoPKeyPair("ES256");
const DPoP = openid.getDPoPHandle(config, keys);

const first = await signIn();
const claims = first.claims();
const userinfo = await openid.fetchUserInfo(config, first.access_token, claims.sub, { DPoP });
const second = await openid.refreshTokenGrant(config, first.refresh_token, undefined, { DPoP });
const activeAfterRefresh = await isActive(second.access_token);
const reuse = await errorOf(openid.refreshTokenGrant(config, first.refresh_token, undefined, { DPoP }));
const sibling = await errorOf(openid.refreshTokenGrant(config, second.refresh_token, undefined, { DPoP }));
const activeAfterReuse = await isActive(second.access_token);

const third = await signIn();
const withoutKey = await errorOf(openid.fetchUserInfo(config, third.access_token, claims.sub));
await openid.tokenRevocation(config, third.refresh_token);
const revoked = await errorOf(openid.refreshTokenGrant(config, third.refresh_token, undefined, { DPoP }));
const signedOutAt = await visit(
  openid.buildEndSessionUrl(config, {
    id_token_hint: third.id_token,
    post_logout_redirect_uri: settings.signed_out_uri,
    state: "bye",
  }),
);

tell({
  report: {
    issuer: config.serverMetadata().issuer,
    token_type: first.token_type,
    claims,
    userinfo_subject: userinfo.sub,
    refreshed: {
      is_rotated: second.refresh_token !== first.refresh_token,
      subject: second.claims().sub,
      token_type: second.token_type,
      is_active: activeAfterRefresh,
    },
    reuse,
    sibling,
    is_active_after_reuse: activeAfterReuse,
    is_refused_without_key: withoutKey !== null,
    revoked,
    signed_out_at: signedOutAt.href,
  },
});
process.exit();

async function signIn() {
  const verifier = openid.randomPKCECodeVerifier();
  const expected = { expectedState: openid.randomState(), expectedNonce: openid.randomNonce() };
  const parameters = {
    redirect_uri: settings.redirect_uri,
    scope: "openid offline_access",
    prompt: "consent",
    state: expected.expectedState,
    nonce: expected.expectedNonce,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    dpop_jkt: await DPoP.calculateThumbprint(),
  };
  const address = isPublic
    ? openid.buildAuthorizationUrl(config, parameters)
    : await openid.buildAuthorizationUrlWithPAR(config, parameters, { DPoP });
  const checks = { pkceCodeVerifier: verifier, idTokenExpected: true, ...expected };
  return openid.authorizationCodeGrant(config, await visit(address), checks, undefined, { DPoP });
}

// A public application has nothing to prove itself with to the introspection endpoint.
async function isActive(token) {
  return isPublic ? null : (await openid.tokenIntrospection(config, token)).active;
}

async function errorOf(promise) {
  try {
    await promise;
    return null;
  } catch (error) {
    return error.error ?? error.cause?.[0]?.parameters?.error ?? error.code;
  }
}

async function visit(address) {
  tell({ visit: address.href });
  return new URL(await nextLine());
}

async function imported(jwk) {
  return crypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
}

async function nextLine() {
  return (await lines.next()).value;
}

function tell(message) {
  console.log(JSON.stringify(message));
}
