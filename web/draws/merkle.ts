/** The root of a list: the same, whatever the order of the list. */

import { compareBytes } from "./bytes.ts";
import { emptyRoot, node } from "./hashing.ts";

/** The root over some leaves. Only the leaves are sorted; a last hash without a neighbour moves up unchanged. */
export function rootOf(leaves: Uint8Array[]): Uint8Array {
  return levelsOf(leaves).at(-1)![0]!;
}

/** Every level of the tree, from the sorted leaves to the level of the root alone. */
export function levelsOf(leaves: Uint8Array[]): Uint8Array[][] {
  let level = leaves.length > 0 ? [...leaves].sort(compareBytes) : [emptyRoot()];
  const levels = [level];
  while (level.length > 1) {
    level = levelAbove(level);
    levels.push(level);
  }
  return levels;
}

function levelAbove(level: Uint8Array[]): Uint8Array[] {
  const above: Uint8Array[] = [];
  for (let place = 0; place < level.length; place += 2) {
    const left = level[place]!;
    const right = level[place + 1];
    above.push(right === undefined ? left : node(left, right));
  }
  return above;
}
