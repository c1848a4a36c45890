/** The manifest of a draw: every fact that decides it (`manifest.json`, and `frozen.json` before the beacon). */

import { type Json, type JsonObject, Malformed, isObject, readCanonicalObject } from "./canonical-json.ts";
import { saying } from "./sayings.ts";

export const QUICKNET = "drand-quicknet";

/** How many applications there were; `void` is by reason. */
export interface Counts {
  received: number;
  rows: number;
  void: Record<string, number>;
}

/** The facts as the file has them; hashes, secrets and the signature are hex. */
export interface Manifest {
  campaign: string;
  rule: "equal_first" | "all_or_nothing";
  budget: number;
  beacon_id: string;
  round: number;
  signature: string;
  beacon: string;
  reveals: string[];
  commitments: string[];
  root: string;
  max_units?: number;
  counts?: Counts;
  program_sha256?: string;
}

/** What was read: the facts, and all members, also those without a meaning in the protocol. */
export interface ReadManifest {
  facts: Manifest;
  members: JsonObject;
}

type Rule = (value: Json) => boolean;

const HEX_64 = /^[0-9a-f]{64}$/;
const OPTIONAL = new Set(["max_units", "counts", "program_sha256"]);

/** Read `manifest.json`, or `frozen.json`, which has neither signature nor beacon yet. Throws Malformed. */
export function readManifest(bytes: Uint8Array, frozen: boolean): ReadManifest {
  const members = readCanonicalObject(bytes);
  for (const [name, isRight] of Object.entries(rulesFor(members, frozen))) {
    const value = Object.hasOwn(members, name) ? members[name] : undefined;
    if (value === undefined && !OPTIONAL.has(name)) throw new Malformed(saying("member-missing", { name }));
    if (value !== undefined && !isRight(value)) throw new Malformed(saying("member-wrong", { name }));
  }
  // Every member was held against its rule.
  return { facts: members as unknown as Manifest, members };
}

function rulesFor(members: JsonObject, frozen: boolean): Record<string, Rule> {
  const signature = members["beacon_id"] === QUICKNET ? /^[0-9a-f]{96}$/ : /^(?:[0-9a-f]{2})+$/;
  return {
    campaign: isText(/^[a-z0-9][a-z0-9-]{0,63}$/),
    rule: isText(/^(?:equal_first|all_or_nothing)$/),
    budget: isNumberFrom(0),
    beacon_id: isText(/^[a-z0-9][a-z0-9-]{0,31}$/),
    round: isNumberFrom(1),
    signature: isText(frozen ? /^$/ : signature),
    beacon: isText(frozen ? /^$/ : HEX_64),
    reveals: isTexts(/^(?:[0-9a-f]{64})?$/),
    commitments: isTexts(HEX_64),
    root: isText(HEX_64),
    max_units: isNumberFrom(1),
    counts: isCounts,
    program_sha256: isText(HEX_64),
  };
}

function isText(pattern: RegExp): Rule {
  return (value) => typeof value === "string" && pattern.test(value);
}

function isTexts(pattern: RegExp): Rule {
  return (value) => Array.isArray(value) && value.every(isText(pattern));
}

function isNumberFrom(least: number): Rule {
  return (value) => typeof value === "number" && value >= least;
}

function isCounts(value: Json): boolean {
  if (!isObject(value) || Object.keys(value).sort().join() !== "received,rows,void") return false;
  const reasons = value["void"];
  if (!isObject(reasons) || !Object.keys(reasons).every((reason) => /^[a-z_]{1,32}$/.test(reason))) return false;
  return [value["received"]!, value["rows"]!, ...Object.values(reasons)].every(isNumberFrom(0));
}
