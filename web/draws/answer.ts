/** What a visitor is told: your number, your ticket, your rank, your result, and why. */

import { bytesToHex } from "@noble/hashes/utils.js";

import { waitingPlaces } from "./allocation.ts";
import { type Saying, saying } from "./sayings.ts";
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
  reasons: Saying[];
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

function reasonsFor(draw: CheckedDraw, index: number): Saying[] {
  const { budget, rule } = draw.files.manifest.facts;
  const { order, demand } = draw.outcome;
  const drawn = [saying("why-ticket"), saying("why-rank", { rows: order.length, rank: index + 1 })];
  if (demand <= budget) return [...drawn, saying("why-enough", { demand, budget })];
  return [...drawn, ...(rule === "equal_first" ? equalReasons(draw, index) : turnReasons(draw, index))];
}

function equalReasons(draw: CheckedDraw, index: number): Saying[] {
  const { order, granted, level } = draw.outcome;
  const [asked, got] = [order[index]!.units, granted[index]!];
  const lastServed = order.findLastIndex((row, place) => row.units > level && granted[place]! > level);
  const forAll = level > 0 ? saying("why-level", { level }) : saying("why-one-each");
  if (asked <= level) return [forAll, saying("why-as-asked", { units: asked })];
  if (lastServed === -1) return [forAll, saying("why-used-up")];
  const rest = saying("why-rest", { rank: lastServed + 1 });
  return [forAll, rest, got > level ? saying("why-in-time") : saying("why-too-late")];
}

function turnReasons(draw: CheckedDraw, index: number): Saying[] {
  const { order, granted } = draw.outcome;
  const firstShort = order.findIndex((row, place) => granted[place]! < row.units);
  const inTurn = saying("why-in-turn", { rank: firstShort + 1 });
  if (index < firstShort) return [inTurn, saying("why-before")];
  if (index > firstShort) return [inTurn, saying("why-after")];
  return [inTurn, saying("why-partly", { units: granted[index]! })];
}
