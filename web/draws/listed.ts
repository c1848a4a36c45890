/** Before the draw: the closed list, so that whoever is missing can object in time. */

import { bytesToHex } from "@noble/hashes/utils.js";

import { spellingsOf } from "./answer.ts";
import { leaf } from "./hashing.ts";
import { rootOf } from "./merkle.ts";
import { type Row, readApplications } from "./tables.ts";

/** The closed list as it was read; the root is hex. */
export interface ClosedList {
  rows: Row[];
  root: string;
}

/** Read `applications.csv` and compute its root. Throws Malformed. */
export function readClosedList(bytes: Uint8Array): ClosedList {
  const rows = readApplications(bytes);
  return { rows, root: bytesToHex(rootOf(rows.map((row) => leaf(row.receipt, row.units, row.group)))) };
}

/** Find what was typed in the list; null when it is not there. */
export function findListed(list: ClosedList, typed: string): Row | null {
  const spellings = spellingsOf(typed);
  return list.rows.find((row) => spellings.includes(row.receipt)) ?? null;
}
