// The map of shops comes only where a page has a place for it, and only then is the library behind it loaded.

import { onScreen } from "../shared/screens.ts";
import { say } from "../shared/said.ts";

onScreen("[data-shop-map]", (place) => {
  const gone = new AbortController();
  place.hidden = false;
  document.querySelector<HTMLElement>("[data-without-map]")?.setAttribute("hidden", "");
  void draw(place, gone.signal).catch(() => {
    if (!gone.signal.aborted) say(place.querySelector("[data-map-news]")!, "map-failed");
  });
  return () => gone.abort();
});

async function draw(place: HTMLElement, gone: AbortSignal): Promise<void> {
  const [{ ShopMap }, points] = await Promise.all([import("./shop-map-drawing.ts"), pointsOf(place, gone)]);
  if (gone.aborted) return;
  const map = new ShopMap(place, points);
  gone.addEventListener("abort", () => map.remove());
}

export interface ShopPoint {
  store_code: string;
  name: string;
  district: string;
  latitude: number;
  longitude: number;
  usable_today: boolean;
  is_favourite: boolean;
}

async function pointsOf(place: HTMLElement, signal: AbortSignal): Promise<ShopPoint[]> {
  const answer = await fetch(place.dataset.points ?? "", { signal });
  if (!answer.ok) throw new Error(`the shops of the map: ${answer.status}`);
  const said = (await answer.json()) as ShopPoint | { points: ShopPoint[] };
  return "points" in said ? said.points : [said];
}
