// Points that would lie on top of each other become one group, at the first of them.

import type { ShopPoint } from "./shop-map.ts";

export interface Group {
  first: ShopPoint;
  points: ShopPoint[];
}

interface Spot {
  x: number;
  y: number;
}

/** Groups of points, each at least `apart_px` away from the others on the map as it is now, so that each can be hit. */
export function groupsOf(points: ShopPoint[], project: (point: ShopPoint) => Spot, apart_px: number): Group[] {
  const groups: (Group & { at: Spot })[] = [];
  for (const point of points) {
    const at = project(point);
    const near = groups.find((group) => Math.hypot(group.at.x - at.x, group.at.y - at.y) < apart_px);
    if (near) near.points.push(point);
    else groups.push({ first: point, points: [point], at });
  }
  return groups;
}

export function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
