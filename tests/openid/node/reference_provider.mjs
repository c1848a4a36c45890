// A certified OpenID provider (the npm package oidc-provider) on a free port of this machine.
//
// Standard input: one line of JSON, {"clients": [client metadata as OpenID Connect registration names it], "acr": the
// level that every sign-in proves}. Standard output: one line of JSON, {"issuer": …}, when it is ready. It ends when
// standard input does, so it never outlives the tests.

import { createHash, generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { createInterface } from "node:readline";

import Provider from "oidc-provider";

const CLAIMS_OF_SCOPES = {
  profile: ["name", "birthdate", "locale"],
  email: ["email", "email_verified"],
  address: ["address"],
  phone: ["phone_number", "phone_number_verified"],
};

const lines = createInterface({ input: process.stdin });
const { clients, acr } = JSON.parse((await once(lines, "line"))[0]);

// The built-in pages for development sign anybody in; they do not say at which level.
class ReferenceProvider extends Provider {
  interactionFinished(request, response, result, options) {
    const proven = result.login ? { ...result, login: { ...result.login, acr } } : result;
    return super.interactionFinished(request, response, proven, options);
  }
}

const server = createServer().listen(0, "127.0.0.1");
await once(server, "listening");
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new ReferenceProvider(issuer, {
  clients: clients.map(withAddressOfKeys),
  jwks: { keys: [newKey("rsa", { modulusLength: 2048 }, "RS256"), newKey("ec", { namedCurve: "P-256" }, "ES256")] },
  clientAuthMethods: ["private_key_jwt", "none"],
  subjectTypes: ["pairwise"],
  pairwiseIdentifier: (context, account, client) =>
    createHash("sha256").update(`${client.sectorIdentifier} ${account}`).digest("base64url"),
  acrValues: [acr],
  scopes: ["openid", "offline_access"],
  claims: { openid: ["sub"], acr: null, auth_time: null, iss: null, sid: null, ...CLAIMS_OF_SCOPES },
  findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id, name: "鹿島 太郎" }) }),
  pkce: { required: () => true },
  rotateRefreshToken: true,
  features: {
    backchannelLogout: { enabled: true },
    claimsParameter: { enabled: true },
    devInteractions: { enabled: true },
    deviceFlow: { enabled: true, charset: "base-20", mask: "****-****" },
    dPoP: { enabled: true },
    introspection: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    revocation: { enabled: true },
    rpInitiatedLogout: { enabled: true },
  },
  enableHttpPostMethods: true,
  cookies: { keys: ["a secret of the tests"], long: { sameSite: "none" }, short: { sameSite: "none" } },
  ttl: {
    AccessToken: 600,
    AuthorizationCode: 60,
    DeviceCode: 180,
    Grant: 3600,
    IdToken: 600,
    Interaction: 600,
    RefreshToken: 3600,
    Session: 3600,
  },
  // Its own dispatcher refuses every address of this machine, where the tests receive sign-outs.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
});

const answer = provider.callback();
server.on("request", (request, response) => {
  const client = clients.find(({ client_id }) => request.url === `/keys-of/${client_id}`);
  return client ? response.end(JSON.stringify(client.jwks)) : answer(request, response);
});
lines.on("close", () => process.exit());
console.log(JSON.stringify({ issuer }));

// The sector of a device, which has no redirect address, is that of the address at which its keys are fetched.
function withAddressOfKeys({ jwks, ...client }) {
  return client.redirect_uris.length ? { jwks, ...client } : { jwks_uri: `${issuer}/keys-of/${client.client_id}`, ...client };
}

function newKey(type, options, alg) {
  const key = generateKeyPairSync(type, options).privateKey.export({ format: "jwk" });
  return { ...key, alg, use: "sig" };
}
