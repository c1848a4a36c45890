/** What a visitor is told: your number, your ticket, your rank, your result, and why. */

import { bytesToHex } from "@noble/hashes/utils.js";

import { waitingPlaces } from "./allocation.ts";
import type { CheckedDraw } from "./verify.ts";

/** One receipt in the draw; `waitingPosition` is null for somebody who waits for nothing. */
export interface Answer {
  receipt: string;
  units: number;
  ticket: string;
  rank: number;
  rows: number;
  granted: number;
  published: number | null;
  waitingPosition: number | null;
  reasons: string[];
}

/** Find what was typed in the list, and say what the draw gives it; null when it is not there. */
export function answer(draw: CheckedDraw, typed: string): Answer | null {
  const { order, granted } = draw.outcome;
  const spellings = spellingsOf(typed);
  const index = order.findIndex((row) => spellings.includes(row.receipt));
  const row = order[index];
  if (row === undefined) return null;
  return {
    receipt: row.receipt,
    units: row.units,
    ticket: bytesToHex(row.ticket),
    rank: index + 1,
    rows: order.length,
    granted: granted[index]!,
    published: draw.files.results.find((result) => result.receipt === row.receipt)?.granted ?? null,
    waitingPosition: granted[index]! < row.units ? firstWaitingPosition(draw, index) : null,
    reasons: reasonsFor(draw, index),
  };
}

/** How a receipt may have been meant: as typed, or as it is printed, in groups and without I, L, O and U. */
export function spellingsOf(typed: string): string[] {
  const plain = typed.normalize("NFKC").replace(/\s/g, "");
  const ungrouped = plain.toUpperCase().replace(/[-‐‑‒–—―−ー]/g, "");
  return [plain, ungrouped, ungrouped.replace(/O/g, "0").replace(/[IL]/g, "1")];
}

function firstWaitingPosition(draw: CheckedDraw, index: number): number {
  const requests = draw.outcome.order.map((row) => row.units);
  let position = 1;
  for (const place of waitingPlaces(draw.files.manifest.facts.rule, requests, draw.outcome.granted)) {
    if (place.index === index) break;
    position += 1;
  }
  return position;
}

function reasonsFor(draw: CheckedDraw, index: number): string[] {
  const { budget, rule } = draw.files.manifest.facts;
  const { order, demand } = draw.outcome;
  const ticket = "くじの番号は、この受付番号と、だれも前もって知らなかった乱数から計算されます。";
  const rank = `くじの番号が小さい順にならべると、あなたは${order.length}件のうち${index + 1}番目です。`;
  if (demand <= budget) {
    return [ticket, rank, `申し込みの合計${demand}口が、用意した${budget}口に足りたので、全員が希望どおりです。`];
  }
  return [ticket, rank, ...(rule === "equal_first" ? equalReasons(draw, index) : turnReasons(draw, index))];
}

function equalReasons(draw: CheckedDraw, index: number): string[] {
  const { order, granted, level } = draw.outcome;
  const [asked, got] = [order[index]!.units, granted[index]!];
  const lastServed = order.findLastIndex((row, place) => row.units > level && granted[place]! > level);
  const forAll =
    level > 0
      ? `まず、全員に${level}口まで(希望がそれより少ない人には希望どおり)配りました。`
      : "申し込んだ人より用意した口数のほうが少ないので、ひとり1口の抽選になりました。";
  if (asked <= level) return [forAll, `あなたの希望は${asked}口なので、希望どおりです。`];
  if (lastServed === -1) return [forAll, "それで用意した口数がなくなりました。"];
  const rest = `のこりは、もっと希望した人に順位の順で1口ずつ配り、${lastServed + 1}番目の人でなくなりました。`;
  const own = got > level ? "あなたの順位は、それに間に合いました。" : "あなたの順位は、それより後でした。";
  return [forAll, rest, own];
}

function turnReasons(draw: CheckedDraw, index: number): string[] {
  const { order, granted } = draw.outcome;
  const firstShort = order.findIndex((row, place) => granted[place]! < row.units);
  const inTurn = `順位の順に希望どおり配り、${firstShort + 1}番目の人のところで足りなくなりました。`;
  if (index < firstShort) return [inTurn, "あなたの順位はその前なので、希望どおりです。"];
  if (index > firstShort) return [inTurn, "あなたの順位はその後なので、配る分がのこっていませんでした。"];
  return [inTurn, `それがあなたで、のこりの${granted[index]!}口が配られました。`];
}
