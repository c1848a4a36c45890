// A result that the city signed: a JSON Web Signature in compact form (RFC 7515) with ES256 (RFC 7518, section 3.4).

export interface PaymentResult {
  payment_id: string;
  shop: string;
  amount_yen: number;
  paid_at_ms: number;
  match_phrase: string;
  now_ms: number;
}

type KeySet = { keys: (JsonWebKey & { kid?: string })[] };
type Verdict = { state: "verified"; result: PaymentResult } | { state: "forged" } | { state: "unknown" };

const TYPE = "payment-result+jws";
const ES256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const keySets = new Map<string, Promise<KeySet>>();

/** Fetches the keys at an address once; the browser keeps them for a while. */
export function keysAt(address: string): Promise<KeySet> {
  const asked = keySets.get(address) ?? fetch(address).then((answer) => answer.json() as Promise<KeySet>);
  keySets.set(address, asked);
  asked.catch(() => keySets.delete(address));
  return asked;
}

/** Whether a result is the city's; unknown where the keys cannot be had or the browser has no cryptography here. */
export async function verify(result: string, keysAddress: string): Promise<Verdict> {
  if (!globalThis.crypto?.subtle) return { state: "unknown" };
  let keys: KeySet;
  try {
    keys = await keysAt(keysAddress);
  } catch {
    return { state: "unknown" };
  }
  try {
    return { state: "verified", result: await read(result, keys) };
  } catch {
    return { state: "forged" };
  }
}

async function read(result: string, keys: KeySet): Promise<PaymentResult> {
  const [head, body, signature, ...more] = result.split(".");
  if (!head || !body || !signature || more.length) throw new Error("not a signature in compact form");
  const header = JSON.parse(text(head)) as { alg?: string; typ?: string; kid?: string };
  const jwk = keys.keys.find((key) => key.kid === header.kid);
  if (header.alg !== "ES256" || header.typ !== TYPE || !jwk) throw new Error("not signed as results are");
  const key = await crypto.subtle.importKey("jwk", jwk, ES256, false, ["verify"]);
  const isRight = await crypto.subtle.verify(ES256, key, bytes(signature), new TextEncoder().encode(`${head}.${body}`));
  if (!isRight) throw new Error("not signed by this key");
  return JSON.parse(text(body)) as PaymentResult;
}

function text(part: string): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes(part));
}

function bytes(part: string): Uint8Array<ArrayBuffer> {
  const letters = atob(part.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}
