/** The published tables: applications.csv, results.csv and waitlist.csv, read to the letter. */

import { Malformed } from "./canonical-json.ts";
import { saying } from "./sayings.ts";

/** One line of the frozen list. */
export interface Row {
  receipt: string;
  units: number;
  group: string;
}

/** What one receipt was granted. */
export interface Result {
  receipt: string;
  granted: number;
}

/** One place of the waiting list. */
export interface WaitingEntry {
  receipt: string;
  units: number;
}

const IDENTIFIER = "[0-9A-Za-z_-]{1,64}";
const UNITS = "[1-9][0-9]{0,8}";

/** Read the list of applications. Throws Malformed. */
export function readApplications(bytes: Uint8Array): Row[] {
  const lines = readLines(bytes, "receipt,units,group", `${IDENTIFIER},${UNITS},${IDENTIFIER}`);
  const rows = lines.map(([receipt, units, group]) => ({ receipt: receipt!, units: Number(units), group: group! }));
  mustAscend(rows);
  return rows;
}

/** Read what was granted. Throws Malformed. */
export function readResults(bytes: Uint8Array): Result[] {
  const lines = readLines(bytes, "receipt,granted", `${IDENTIFIER},(?:0|${UNITS})`);
  const results = lines.map(([receipt, granted]) => ({ receipt: receipt!, granted: Number(granted) }));
  mustAscend(results);
  return results;
}

/** Read the waiting list. Throws Malformed, also for positions that do not count up from 1. */
export function readWaitlist(bytes: Uint8Array): WaitingEntry[] {
  const lines = readLines(bytes, "position,receipt,units", `[1-9][0-9]{0,15},${IDENTIFIER},${UNITS}`);
  return lines.map(([position, receipt, units], place) => {
    if (position !== String(place + 1)) {
      throw new Malformed(saying("position-wrong", { line: place + 2, position: place + 1 }));
    }
    return { receipt: receipt!, units: Number(units) };
  });
}

function readLines(bytes: Uint8Array, header: string, pattern: string): string[][] {
  // Every byte becomes one character, and the patterns know ASCII alone.
  const lines = new TextDecoder("windows-1252").decode(bytes).split("\n");
  if (lines.pop() !== "") throw new Malformed(saying("no-last-newline"));
  if (lines.shift() !== header) throw new Malformed(saying("header-wrong", { header }));
  const form = new RegExp(`^(?:${pattern})$`);
  return lines.map((line, place) => {
    if (!form.test(line)) throw new Malformed(saying("line-wrong", { line: place + 2, header }));
    return line.split(",");
  });
}

/** Equal neighbours pass here: duplicates are the matter of V2 and V8. */
function mustAscend(lines: { receipt: string }[]): void {
  for (let place = 1; place < lines.length; place++) {
    if (lines[place]!.receipt < lines[place - 1]!.receipt) {
      throw new Malformed(saying("line-out-of-order", { line: place + 2 }));
    }
  }
}
