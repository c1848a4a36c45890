/** The draw, computed anew from the published files. */

import { hexToBytes } from "@noble/hashes/utils.js";

import { allocate } from "./allocation.ts";
import { compareBytes, utf8 } from "./bytes.ts";
import { leaf, seed, tickets } from "./hashing.ts";
import type { Manifest, ReadManifest } from "./manifest.ts";
import { rootOf } from "./merkle.ts";
import type { Result, Row, WaitingEntry } from "./tables.ts";

/** The published files, read; frozen and waitlist are null when they were not there. */
export interface Files {
  manifest: ReadManifest;
  rows: Row[];
  results: Result[];
  frozen: ReadManifest | null;
  waitlist: WaitingEntry[] | null;
}

/** A row with its ticket; the first of the order has rank 1. */
export interface TicketedRow extends Row {
  ticket: Uint8Array;
}

/** The draw, recomputed; `granted` is in rank order, `level` as in Allocation. */
export interface Outcome {
  root: Uint8Array;
  seed: Uint8Array;
  order: TicketedRow[];
  granted: number[];
  level: number;
  demand: number;
}

/** Draw again. The root is that of the list, whatever the manifest says. */
export function recompute(files: Files): Outcome {
  const { facts } = files.manifest;
  const root = rootOf(files.rows.map((row) => leaf(row.receipt, row.units, row.group)));
  const seedValue = seedOf(facts, root);
  const order = rankOrder(seedValue, files.rows);
  const requests = order.map((row) => row.units);
  const demand = requests.reduce((sum, units) => sum + units, 0);
  return { root, seed: seedValue, order, demand, ...allocate(facts.rule, requests, facts.budget) };
}

/** The seed over a root and the facts of a manifest. */
export function seedOf(facts: Manifest, root: Uint8Array): Uint8Array {
  return seed({
    campaign: facts.campaign,
    root,
    beaconId: facts.beacon_id,
    round: facts.round,
    beacon: hexToBytes(facts.beacon),
    secrets: facts.reveals.map(hexToBytes),
  });
}

/** Rows by ticket, then by receipt, both bytewise. */
export function rankOrder(seedValue: Uint8Array, rows: Row[]): TicketedRow[] {
  const drawn = tickets(seedValue, rows.map((row) => row.group));
  const ticketed = rows.map((row, place) => ({ ...row, ticket: drawn[place]! }));
  return ticketed.sort(
    (left, right) =>
      compareBytes(left.ticket, right.ticket) || compareBytes(utf8(left.receipt), utf8(right.receipt)),
  );
}
