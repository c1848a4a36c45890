/** The checks V2 to V11 of the protocol, and what each found. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";

import { waitingPlaces } from "./allocation.ts";
import { isQuicknetSignature } from "./beacon.ts";
import { type JsonObject, canonicalText } from "./canonical-json.ts";
import type { Files, Outcome } from "./draw.ts";
import { commitment } from "./hashing.ts";
import { type Manifest, QUICKNET } from "./manifest.ts";

export type State = "OK" | "BAD" | "SKIP" | "NOTE";

/** What a check found; a check with several parts has several findings. */
export interface Finding {
  state: State;
  check: string;
  text: string;
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
  for (const [member, noun] of [["receipt", "受付番号"], ["group", "グループ"]] as const) {
    const twice = repeated(files.rows.map((row) => row[member]));
    if (twice.length > 0) bad.push(finding("BAD", "V2", `同じ${noun}が2回以上あります: ${firstFive(twice)}`));
  }
  const most = files.manifest.facts.max_units ?? Infinity;
  const above = files.rows.filter((row) => row.units > most).map((row) => row.receipt);
  if (above.length > 0) bad.push(finding("BAD", "V2", `上限の${most}口をこえています: ${firstFive(above)}`));
  return bad.length > 0 ? bad : [finding("OK", "V2", "同じ申し込みは2回なく、上限をこえた人もいません。")];
}

function checkRoot(facts: Manifest, outcome: Outcome): Finding {
  if (bytesToHex(outcome.root) === facts.root) {
    return finding("OK", "V3", "申し込みの一覧は、しめきりのあとに指紋を発表したものと同じです。");
  }
  return finding("BAD", "V3", `申し込みの一覧が、指紋を発表したものと違います。発表された指紋: ${facts.root}`);
}

function checkFrozen(files: Files): Finding[] {
  if (files.frozen === null) {
    return [finding("SKIP", "V4", "frozen.json がないので、決まりがあとで変えられていても分かりません。")];
  }
  const [then, now] = [files.frozen.members, files.manifest.members];
  const names = [...new Set([...Object.keys(then), ...Object.keys(now)])].sort();
  const changed = names.filter((name) => textOf(then, name) !== textOf(now, name) && !DRAWN_MEMBERS.has(name));
  const bad = changed.map((name) =>
    finding("BAD", "V4", `${name} が、抽選の前は ${shown(then, name)}、いまは ${shown(now, name)} です。`),
  );
  const fine = finding("OK", "V4", "予算・やり方・使う乱数は、抽選の前に決めたとおりです。");
  const compare = finding("NOTE", "V4", "frozen.json の指紋を、紙の公告とくらべてください。");
  return [...(bad.length > 0 ? bad : [fine]), compare];
}

function checkSecrets(facts: Manifest): Finding[] {
  const { reveals, commitments } = facts;
  const bad: Finding[] = [];
  const notes: Finding[] = [];
  if (reveals.length !== commitments.length) {
    bad.push(finding("BAD", "V5", `約束は${commitments.length}つですが、開いた秘密は${reveals.length}つです。`));
  }
  for (const [place, secret] of reveals.entries()) {
    const committed = commitments[place];
    if (committed === undefined) continue;
    if (secret === "") notes.push(finding("NOTE", "V5", `${place + 1}人目の秘密は開かれませんでした。`));
    else if (bytesToHex(commitment(hexToBytes(secret))) !== committed) {
      bad.push(finding("BAD", "V5", `${place + 1}人目の秘密が、前もって約束したものと違います。`));
    }
  }
  const opened = commitments.length - notes.length;
  const fine = finding("OK", "V5", `${commitments.length}人のうち${opened}人の秘密が、前もって約束したとおりです。`);
  return [...(bad.length > 0 ? bad : [fine]), ...notes];
}

function checkBeacon(facts: Manifest): Finding {
  return bytesToHex(sha256(hexToBytes(facts.signature))) === facts.beacon
    ? finding("OK", "V6", "抽選に使った乱数は、発表された署名から出たものです。")
    : finding("BAD", "V6", "抽選に使った乱数が、発表された署名から出たものではありません。");
}

function checkSignature(facts: Manifest): Finding {
  const signature = hexToBytes(facts.signature);
  if (facts.beacon_id !== QUICKNET) return checkStatement(facts, signature);
  return isQuicknetSignature(facts.round, signature)
    ? finding("OK", "V7", `署名は drand の第${facts.round}回のものです。市には作れません。`)
    : finding("BAD", "V7", `署名が drand の第${facts.round}回のものではありません。`);
}

/** What a fallback's source published, only people can compare. */
function checkStatement(facts: Manifest, statement: Uint8Array): Finding {
  const text = String.fromCharCode(...statement);
  const begins = `${facts.beacon_id}:${facts.round}:`;
  if (!text.startsWith(begins) || statement.some((byte) => byte > 0x7f)) {
    return finding("BAD", "V7", `かわりの乱数が ${begins} で始まる文字ではありません。`);
  }
  return finding("NOTE", "V7", `発表された数字とくらべてください: ${JSON.stringify(text).slice(1, -1)}`);
}

function checkResults(files: Files, outcome: Outcome): Finding[] {
  const bad: Finding[] = [];
  const computed = new Map(outcome.order.map((row, index) => [row.receipt, outcome.granted[index]!]));
  const published = new Set(files.results.map((result) => result.receipt));
  const missing = [...computed.keys()].filter((receipt) => !published.has(receipt)).sort();
  const unasked = files.results.map((result) => result.receipt).filter((receipt) => !computed.has(receipt));
  const foreign = [...unasked, ...repeated(files.results.map((result) => result.receipt))];
  if (missing.length > 0) bad.push(finding("BAD", "V8", `結果のない受付番号: ${firstFive(missing)}`));
  if (foreign.length > 0) bad.push(finding("BAD", "V8", `申し込みにない、または2回ある受付番号: ${firstFive(foreign)}`));
  const wrong = files.results
    .filter(({ receipt, granted }) => computed.has(receipt) && computed.get(receipt) !== granted)
    .map(({ receipt, granted }) => `${receipt} は ${granted}口(計算では ${computed.get(receipt)}口)`);
  if (wrong.length > 0) bad.push(finding("BAD", "V8", `${wrong.length}件の結果が計算と違います: ${firstFive(wrong)}`));
  return bad.length > 0 ? bad : [finding("OK", "V8", "ひとりひとりの結果が、計算しなおした結果と同じです。")];
}

function checkTotal(files: Files, outcome: Outcome): Finding {
  const given = files.results.reduce((sum, result) => sum + result.granted, 0);
  const due = Math.min(files.manifest.facts.budget, outcome.demand);
  const text = `配る数は${due}口、結果の合計は${given}口です。`;
  return finding(given === due ? "OK" : "BAD", "V9", text);
}

function checkWaitlist(files: Files, outcome: Outcome): Finding {
  if (files.waitlist === null) return finding("SKIP", "V10", "waitlist.csv(順番待ち)がありません。");
  const places = waitingPlaces(files.manifest.facts.rule, outcome.order.map((row) => row.units), outcome.granted);
  for (const [index, entry] of files.waitlist.entries()) {
    const due = places.next().value;
    if (!due || outcome.order[due.index]!.receipt !== entry.receipt || due.units !== entry.units) {
      return finding("BAD", "V10", `順番待ちの${index + 1}番目が、計算と違います。`);
    }
  }
  return places.next().done
    ? finding("OK", "V10", `順番待ち(${files.waitlist.length}件)は、抽選の順位のつづきです。`)
    : finding("BAD", "V10", `順番待ちの${files.waitlist.length + 1}番目からあとがありません。`);
}

function checkCounts(files: Files): Finding {
  const { counts } = files.manifest.facts;
  if (counts === undefined) return finding("SKIP", "V11", "申し込みの数が発表されていません。");
  const voided = Object.values(counts.void).reduce((sum, count) => sum + count, 0);
  const text = `受け付け${counts.received}件、一覧${counts.rows}件、無効${voided}件。一覧の行は${files.rows.length}行です。`;
  const isRight = counts.rows === files.rows.length && counts.received === counts.rows + voided;
  return finding(isRight ? "OK" : "BAD", "V11", text);
}

const DRAWN_MEMBERS = new Set(["signature", "beacon"]);

function finding(state: State, check: string, text: string): Finding {
  return { state, check, text };
}

function textOf(members: JsonObject, name: string): string | null {
  return Object.hasOwn(members, name) ? canonicalText(members[name]!) : null;
}

function shown(members: JsonObject, name: string): string {
  const text = textOf(members, name) ?? "なし";
  return text.length <= 100 ? text : `${text.slice(0, 100)}…`;
}

function repeated(names: string[]): string[] {
  const seen = new Set<string>();
  return [...new Set(names.filter((name) => seen.has(name) || !seen.add(name)))];
}

function firstFive(names: string[]): string {
  const more = names.length > 5 ? ` ほか${names.length - 5}件` : "";
  return names.slice(0, 5).join("、") + more;
}
