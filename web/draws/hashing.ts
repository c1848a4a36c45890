/** The hashes of `kashiman-lottery-v1`: parts behind their lengths, leaves, tickets and the seed. */

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";

import { decimal, utf8 } from "./bytes.ts";

export const DOMAIN = utf8("kashiman-lottery-v1");
const RANK_HEAD = concatBytes(DOMAIN, utf8("|rank|"));

/** What goes into the seed; root, beacon and secrets are raw, and a missing secret is empty. */
export interface SeedFacts {
  campaign: string;
  root: Uint8Array;
  beaconId: string;
  round: number;
  beacon: Uint8Array;
  secrets: Uint8Array[];
}

/** SHA-256 over each part behind its length in 8 bytes. */
export function hashParts(...parts: Uint8Array[]): Uint8Array {
  const message = new Uint8Array(parts.reduce((length, part) => length + 8 + part.length, 0));
  const lengths = new DataView(message.buffer);
  let place = 0;
  for (const part of parts) {
    // No part is longer than 4 bytes can say, and the other 4 are zero.
    lengths.setUint32(place + 4, part.length);
    message.set(part, place + 8);
    place += 8 + part.length;
  }
  return sha256(message);
}

/** The hash of one row of the list. */
export function leaf(receipt: string, units: number, group: string): Uint8Array {
  return hashParts(DOMAIN, LEAF, utf8(receipt), decimal(units), utf8(group));
}

/** The hash of two neighbours of the tree. */
export function node(left: Uint8Array, right: Uint8Array): Uint8Array {
  return hashParts(DOMAIN, NODE, left, right);
}

/** The root of a list that nobody is on. */
export function emptyRoot(): Uint8Array {
  return hashParts(DOMAIN, utf8("empty"));
}

/** What a holder publishes of a secret before applications open. */
export function commitment(secret: Uint8Array): Uint8Array {
  return hashParts(DOMAIN, utf8("commit"), secret);
}

/** The one random value of a draw. */
export function seed(facts: SeedFacts): Uint8Array {
  const drawn = [facts.root, utf8(facts.beaconId), decimal(facts.round), facts.beacon];
  return hashParts(DOMAIN, utf8("seed"), utf8(facts.campaign), ...drawn, ...facts.secrets);
}

/** The tickets of some groups, in their order; the smallest ticket has the first rank. */
export function tickets(seedValue: Uint8Array, groups: string[]): Uint8Array[] {
  const keyed = hmac.create(sha256, seedValue).update(RANK_HEAD);
  return groups.map((group) => keyed.clone().update(utf8(group)).digest());
}

const LEAF = utf8("leaf");
const NODE = utf8("node");
