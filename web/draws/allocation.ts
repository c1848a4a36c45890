/** Who gets how many units in rank order, and who is next in line. */

import type { Manifest } from "./manifest.ts";

/** What an allocation came to; `level` is what everybody got who asked for so much (equal_first alone). */
export interface Allocation {
  granted: number[];
  level: number;
}

/** A place of the waiting list: an index in the rank order, and units. */
export interface Place {
  index: number;
  units: number;
}

/** Share `budget` units among requests in rank order. */
export function allocate(rule: Manifest["rule"], requests: number[], budget: number): Allocation {
  return rule === "equal_first" ? shareEqually(requests, budget) : { granted: shareInTurn(requests, budget), level: 0 };
}

/** The waiting list, one place after the other, however long it may be. */
export function* waitingPlaces(rule: Manifest["rule"], requests: number[], granted: number[]): Generator<Place> {
  if (rule === "all_or_nothing") {
    for (const [index, asked] of requests.entries()) {
      if (granted[index]! < asked) yield { index, units: asked - granted[index]! };
    }
    return;
  }
  let waiting = [...requests.keys()].filter((index) => granted[index]! < requests[index]!);
  const lowest = waiting.reduce((least, index) => Math.min(least, granted[index]!), Infinity);
  for (let level = lowest; waiting.length > 0; level++) {
    for (const index of waiting) if (granted[index]! <= level) yield { index, units: 1 };
    waiting = waiting.filter((index) => requests[index]! > level + 1);
  }
}

/** Raise the level for all while there is enough for another whole step, then one more each while units are left. */
function shareEqually(requests: number[], budget: number): Allocation {
  const highest = requests.reduce((most, asked) => Math.max(most, asked), 0);
  const neededFor = (level: number) => requests.reduce((sum, asked) => sum + Math.min(asked, level), 0);
  let [level, tooHigh] = [0, highest + 1];
  while (tooHigh - level > 1) {
    const middle = Math.floor((level + tooHigh) / 2);
    if (neededFor(middle) <= budget) level = middle;
    else tooHigh = middle;
  }
  let left = budget - neededFor(level);
  const granted = requests.map((asked) => {
    if (asked <= level || left === 0) return Math.min(asked, level);
    left -= 1;
    return level + 1;
  });
  return { granted, level };
}

function shareInTurn(requests: number[], budget: number): number[] {
  let left = budget;
  return requests.map((asked) => {
    const got = Math.min(asked, left);
    left -= got;
    return got;
  });
}
