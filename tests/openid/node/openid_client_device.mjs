// The certified OpenID client (the npm package openid-client) on a device without a keyboard (RFC 8628).
//
// Standard input: one line of JSON with `issuer`, `client_id`, `key` and the `parameters` of the request. Standard
// output: {"device": what the device shows} asks that a person agrees, and the next line of input says that this was
// done; the last line is {"report": …}.

import { createInterface } from "node:readline";

import * as openid from "openid-client";

const AGREED_WITHIN_MS = 20_000;
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { issuer, client_id, key, parameters } = JSON.parse(await nextLine());
const privateKey = await crypto.subtle.importKey("jwk", key, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
const config = await openid.discovery(
  new URL(issuer),
  client_id,
  undefined,
  openid.PrivateKeyJwt({ key: privateKey, kid: key.kid }),
  { execute: [openid.allowInsecureRequests] },
);
const shown = await openid.initiateDeviceAuthorization(config, parameters);
console.log(JSON.stringify({ device: shown }));
await nextLine();
const tokens = await openid.pollDeviceAuthorizationGrant(config, shown, undefined, {
  signal: AbortSignal.timeout(AGREED_WITHIN_MS),
});
const userinfo = await openid.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
const again = await openid
  .genericGrantRequest(config, "urn:ietf:params:oauth:grant-type:device_code", { device_code: shown.device_code })
  .catch((error) => error.error);
console.log(
  JSON.stringify({
    report: { claims: tokens.claims(), token_type: tokens.token_type, userinfo_subject: userinfo.sub, again },
  }),
);
process.exit();

async function nextLine() {
  return (await lines.next()).value;
}
