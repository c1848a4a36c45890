/** The public random value: drand quicknet, its rounds and its signatures (BLS on G1, unchained, RFC 9380). */

import { bls12_381 } from "@noble/curves/bls12-381.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { hexToBytes } from "@noble/hashes/utils.js";

import { eightBytes } from "./bytes.ts";

const KEY = hexToBytes(
  "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c" +
    "8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb" +
    "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
);
const TAG = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";
const GENESIS_UNIX_S = 1_692_803_367;
const PERIOD_S = 3;

/** Whether quicknet signed exactly this round. */
export function isQuicknetSignature(round: number, signature: Uint8Array): boolean {
  const { shortSignatures } = bls12_381;
  const message = shortSignatures.hash(sha256(eightBytes(round)), TAG);
  try {
    return shortSignatures.verify(shortSignatures.Signature.fromBytes(signature), message, KEY);
  } catch {
    return false;
  }
}

/** When a quicknet round appears, in seconds since 1970. */
export function roundAppearsAt(round: number): number {
  return GENESIS_UNIX_S + PERIOD_S * (round - 1);
}
