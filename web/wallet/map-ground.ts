// What lies under the shops: the city's own map, where it has one, or else a quiet sketch that asks nobody for pictures.
// The sketch knows the sea by a line drawn by hand along the coast, and names each district in the middle of its shops.

import * as leaflet from "leaflet";

import { mean } from "./marker-groups.ts";
import type { ShopPoint } from "./shop-map.ts";

const COAST: [latitude: number, longitude: number][] = [
  [33.21, 130.16],
  [33.165, 130.15],
  [33.15, 130.131],
  [33.138, 130.135],
  [33.127, 130.132],
  [33.118, 130.135],
  [33.108, 130.137],
  [33.099, 130.133],
  [33.093, 130.14],
  [33.084, 130.146],
  [33.076, 130.158],
  [33.068, 130.168],
  [33.06, 130.18],
  [33.05, 130.19],
  [33.038, 130.199],
  [33.02, 130.208],
  [32.98, 130.22],
  [32.9, 130.24],
];
const FAR_EAST: [latitude: number, longitude: number][] = [
  [32.9, 130.6],
  [33.21, 130.6],
];
const SEA_NAMED_AT: [latitude: number, longitude: number] = [33.107, 130.158];
const GRID_DEGREES = 0.02;

export function drawGround(map: leaflet.Map, place: HTMLElement, points: ShopPoint[]): void {
  const { tiles, credit, north, sea, larger, smaller } = place.dataset;
  // Beside the map and not on it, where they would cover signs.
  const beside = place.querySelector("[data-map-bar]")!;
  const zoom = leaflet.control.zoom({ zoomInTitle: larger ?? "", zoomOutTitle: smaller ?? "" }).addTo(map);
  const scale = leaflet.control.scale({ imperial: false, maxWidth: 120 }).addTo(map);
  beside.append(northSign(north ?? ""), scale.getContainer()!, zoom.getContainer()!);
  if (tiles) {
    leaflet.tileLayer(tiles, { maxZoom: 18 }).addTo(map);
    leaflet.control.attribution({ prefix: false }).addAttribution(escaped(credit ?? "")).addTo(map);
    return;
  }
  drawSea(map, sea ?? "");
  drawGrid(map);
  drawDistricts(map, points);
}

function drawSea(map: leaflet.Map, name: string): void {
  leaflet.polygon([...COAST, ...FAR_EAST], { className: "map-sea", interactive: false, smoothFactor: 0 }).addTo(map);
  nameAt(map, SEA_NAMED_AT, name, "map-name map-name-sea");
}

function drawGrid(map: leaflet.Map): void {
  for (let step = -10; step <= 10; step += 1) {
    const latitude = 33.1 + step * GRID_DEGREES;
    const longitude = 130.1 + step * GRID_DEGREES;
    line(map, [latitude, 129.8], [latitude, 130.6]);
    line(map, [32.85, longitude], [33.35, longitude]);
  }
}

function line(map: leaflet.Map, from: [number, number], to: [number, number]): void {
  leaflet.polyline([from, to], { className: "map-grid", interactive: false }).addTo(map);
}

function drawDistricts(map: leaflet.Map, points: ShopPoint[]): void {
  for (const district of new Set(points.map((point) => point.district))) {
    const there = points.filter((point) => point.district === district);
    const middle: [number, number] = [mean(there.map((point) => point.latitude)), mean(there.map((point) => point.longitude))];
    nameAt(map, middle, district, "map-name");
  }
}

function nameAt(map: leaflet.Map, at: [number, number], name: string, className: string): void {
  const html = document.createElement("span");
  html.textContent = name;
  const icon = leaflet.divIcon({ html, className, iconSize: [0, 0] });
  leaflet.marker(at, { icon, interactive: false, keyboard: false, zIndexOffset: -1000 }).addTo(map);
}

function northSign(word: string): HTMLElement {
  const sign = document.createElement("span");
  sign.className = "map-north";
  sign.textContent = `↑ ${word}`;
  return sign;
}

/** Leaflet writes credits as HTML. */
function escaped(text: string): string {
  const place = document.createElement("p");
  place.textContent = text;
  return place.innerHTML;
}
