/** The checks V2 to V11 of the protocol, and what each found. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";

import { waitingPlaces } from "./allocation.ts";
import { isQuicknetSignature } from "./beacon.ts";
import { type JsonObject, canonicalText } from "./canonical-json.ts";
import type { Files, Outcome } from "./draw.ts";
import { commitment } from "./hashing.ts";
import { type Manifest, QUICKNET } from "./manifest.ts";
import { type Fact, type Saying, firstFive, saying } from "./sayings.ts";

export type State = "OK" | "BAD" | "SKIP" | "NOTE";
export type Check = "V1" | "V2" | "V3" | "V4" | "V5" | "V6" | "V7" | "V8" | "V9" | "V10" | "V11";

/** What a check found; a check with several parts has several findings. */
export interface Finding {
  state: State;
  check: Check;
  told: Saying;
}

/** All of them, whatever fails. */
export function checkContents(files: Files, outcome: Outcome): Finding[] {
  const { facts } = files.manifest;
  return [
    ...checkList(files),
    checkRoot(facts, outcome),
    ...checkFrozen(files),
    ...checkSecrets(facts),
    checkBeacon(facts),
    checkSignature(facts),
    ...checkResults(files, outcome),
    checkTotal(files, outcome),
    checkWaitlist(files, outcome),
    checkCounts(files),
  ];
}

function checkList(files: Files): Finding[] {
  const bad: Finding[] = [];
  const receipts = repeated(files.rows.map((row) => row.receipt));
  const groups = repeated(files.rows.map((row) => row.group));
  if (receipts.length > 0) bad.push(finding("BAD", "V2", saying("receipts-twice", { receipts: firstFive(receipts) })));
  if (groups.length > 0) bad.push(finding("BAD", "V2", saying("groups-twice", { groups: firstFive(groups) })));
  const most = files.manifest.facts.max_units ?? Infinity;
  const above = files.rows.filter((row) => row.units > most).map((row) => row.receipt);
  if (above.length > 0) {
    bad.push(finding("BAD", "V2", saying("above-limit", { units: most, receipts: firstFive(above) })));
  }
  return bad.length > 0 ? bad : [finding("OK", "V2", saying("list-fine"))];
}

function checkRoot(facts: Manifest, outcome: Outcome): Finding {
  return bytesToHex(outcome.root) === facts.root
    ? finding("OK", "V3", saying("root-fine"))
    : finding("BAD", "V3", saying("root-wrong", { root: facts.root }));
}

function checkFrozen(files: Files): Finding[] {
  if (files.frozen === null) return [finding("SKIP", "V4", saying("frozen-missing"))];
  const [then, now] = [files.frozen.members, files.manifest.members];
  const names = [...new Set([...Object.keys(then), ...Object.keys(now)])].sort();
  const changed = names.filter((name) => textOf(then, name) !== textOf(now, name) && !DRAWN_MEMBERS.has(name));
  const bad = changed.map((name) =>
    finding("BAD", "V4", saying("member-changed", { name, before: shown(then, name), now: shown(now, name) })),
  );
  const compare = finding("NOTE", "V4", saying("frozen-compare"));
  return [...(bad.length > 0 ? bad : [finding("OK", "V4", saying("frozen-fine"))]), compare];
}

function checkSecrets(facts: Manifest): Finding[] {
  const { reveals, commitments } = facts;
  const bad: Finding[] = [];
  const notes: Finding[] = [];
  if (reveals.length !== commitments.length) {
    const counted = { commitments: commitments.length, reveals: reveals.length };
    bad.push(finding("BAD", "V5", saying("secrets-miscounted", counted)));
  }
  for (const [place, secret] of reveals.entries()) {
    const committed = commitments[place];
    if (committed === undefined) continue;
    if (secret === "") notes.push(finding("NOTE", "V5", saying("secret-unopened", { number: place + 1 })));
    else if (bytesToHex(commitment(hexToBytes(secret))) !== committed) {
      bad.push(finding("BAD", "V5", saying("secret-wrong", { number: place + 1 })));
    }
  }
  const opened = commitments.length - notes.length;
  const fine = finding("OK", "V5", saying("secrets-fine", { commitments: commitments.length, opened }));
  return [...(bad.length > 0 ? bad : [fine]), ...notes];
}

function checkBeacon(facts: Manifest): Finding {
  return bytesToHex(sha256(hexToBytes(facts.signature))) === facts.beacon
    ? finding("OK", "V6", saying("beacon-fine"))
    : finding("BAD", "V6", saying("beacon-wrong"));
}

function checkSignature(facts: Manifest): Finding {
  const signature = hexToBytes(facts.signature);
  if (facts.beacon_id !== QUICKNET) return checkStatement(facts, signature);
  return isQuicknetSignature(facts.round, signature)
    ? finding("OK", "V7", saying("signature-fine", { round: facts.round }))
    : finding("BAD", "V7", saying("signature-wrong", { round: facts.round }));
}

/** What a fallback's source published, only people can compare. */
function checkStatement(facts: Manifest, statement: Uint8Array): Finding {
  const text = String.fromCharCode(...statement);
  const begins = `${facts.beacon_id}:${facts.round}:`;
  if (!text.startsWith(begins) || statement.some((byte) => byte > 0x7f)) {
    return finding("BAD", "V7", saying("statement-wrong", { begins }));
  }
  return finding("NOTE", "V7", saying("statement-compare", { statement: JSON.stringify(text).slice(1, -1) }));
}

function checkResults(files: Files, outcome: Outcome): Finding[] {
  const bad: Finding[] = [];
  const computed = new Map(outcome.order.map((row, index) => [row.receipt, outcome.granted[index]!]));
  const published = new Set(files.results.map((result) => result.receipt));
  const missing = [...computed.keys()].filter((receipt) => !published.has(receipt)).sort();
  const unasked = files.results.map((result) => result.receipt).filter((receipt) => !computed.has(receipt));
  const foreign = [...unasked, ...repeated(files.results.map((result) => result.receipt))];
  if (missing.length > 0) bad.push(finding("BAD", "V8", saying("results-missing", { receipts: firstFive(missing) })));
  if (foreign.length > 0) bad.push(finding("BAD", "V8", saying("results-foreign", { receipts: firstFive(foreign) })));
  const wrong = files.results
    .filter(({ receipt, granted }) => computed.has(receipt) && computed.get(receipt) !== granted)
    .map(({ receipt, granted }) =>
      saying("result-wrong", { receipt, published: granted, computed: computed.get(receipt)! }),
    );
  if (wrong.length > 0) {
    bad.push(finding("BAD", "V8", saying("results-wrong", { count: wrong.length, results: firstFive(wrong) })));
  }
  return bad.length > 0 ? bad : [finding("OK", "V8", saying("results-fine"))];
}

function checkTotal(files: Files, outcome: Outcome): Finding {
  const given = files.results.reduce((sum, result) => sum + result.granted, 0);
  const due = Math.min(files.manifest.facts.budget, outcome.demand);
  return finding(given === due ? "OK" : "BAD", "V9", saying("total", { due, given }));
}

function checkWaitlist(files: Files, outcome: Outcome): Finding {
  if (files.waitlist === null) return finding("SKIP", "V10", saying("waitlist-missing"));
  const places = waitingPlaces(files.manifest.facts.rule, outcome.order.map((row) => row.units), outcome.granted);
  for (const [index, entry] of files.waitlist.entries()) {
    const due = places.next().value;
    if (!due || outcome.order[due.index]!.receipt !== entry.receipt || due.units !== entry.units) {
      return finding("BAD", "V10", saying("waitlist-wrong", { position: index + 1 }));
    }
  }
  return places.next().done
    ? finding("OK", "V10", saying("waitlist-fine", { count: files.waitlist.length }))
    : finding("BAD", "V10", saying("waitlist-short", { position: files.waitlist.length + 1 }));
}

function checkCounts(files: Files): Finding {
  const { counts } = files.manifest.facts;
  if (counts === undefined) return finding("SKIP", "V11", saying("counts-missing"));
  const voided = Object.values(counts.void).reduce((sum, count) => sum + count, 0);
  const { received, rows } = counts;
  const isRight = rows === files.rows.length && received === rows + voided;
  return finding(isRight ? "OK" : "BAD", "V11", saying("counts", { received, rows, voided, lines: files.rows.length }));
}

const DRAWN_MEMBERS = new Set(["signature", "beacon"]);

function finding(state: State, check: Check, told: Saying): Finding {
  return { state, check, told };
}

function textOf(members: JsonObject, name: string): string | null {
  return Object.hasOwn(members, name) ? canonicalText(members[name]!) : null;
}

function shown(members: JsonObject, name: string): Fact {
  const text = textOf(members, name);
  if (text === null) return saying("absent");
  return text.length <= 100 ? text : `${text.slice(0, 100)}…`;
}

function repeated(names: string[]): string[] {
  const seen = new Set<string>();
  return [...new Set(names.filter((name) => seen.has(name) || !seen.add(name)))];
}
