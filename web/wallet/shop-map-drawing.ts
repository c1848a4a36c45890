// Draws shops on a map: near ones together as one sign with their number, each sign to be reached by the keyboard.

import * as leaflet from "leaflet";

import { said } from "../shared/said.ts";
import { drawGround } from "./map-ground.ts";
import { groupsOf, type Group } from "./marker-groups.ts";
import type { ShopPoint } from "./shop-map.ts";

const APART_PX = 64;
const INSIDE_PX = 16;
const ZOOM_MAX = 18;
const ZOOM_OF_ONE = 13;
const ZOOM_AT_FIRST_MAX = 15;
const NEIGHBOURS_LISTED_MAX = 30;

export class ShopMap {
  private readonly place: HTMLElement;
  private readonly points: ShopPoint[];
  private readonly map: leaflet.Map;
  private readonly signs = leaflet.layerGroup();

  constructor(place: HTMLElement, points: ShopPoint[]) {
    this.place = place;
    this.points = points;
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map = leaflet.map(place.querySelector<HTMLElement>("[data-map]")!, {
      zoomControl: false,
      attributionControl: false,
      scrollWheelZoom: false,
      fadeAnimation: !isStill,
      zoomAnimation: !isStill,
      markerZoomAnimation: !isStill,
      inertia: !isStill,
      zoomSnap: 0.5,
      maxZoom: ZOOM_MAX,
      minZoom: 10,
    });
    const frame = this.map.getContainer();
    frame.setAttribute("role", "application");
    frame.setAttribute("aria-label", place.getAttribute("aria-label") ?? "");
    frame.setAttribute("aria-describedby", "map-help");
    this.show();
    drawGround(this.map, place, points);
    this.signs.addTo(this.map);
    this.map.on("moveend", () => this.drawSigns());
    this.map.on("popupopen", ({ popup }) => {
      popup.getElement()?.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", this.words("close"));
      popup.getElement()?.querySelector<HTMLElement>("a[href^='/wallet']")?.focus();
    });
    this.map.on("popupclose", () => this.map.getContainer().focus({ preventScroll: true }));
    this.drawSigns();
  }

  remove(): void {
    this.map.remove();
  }

  private words(name: string): string {
    return this.place.dataset[name] ?? "";
  }

  private show(): void {
    const corners = this.points.map(placeOf);
    const [only] = corners;
    if (only && corners.length === 1) this.map.setView(only, ZOOM_OF_ONE);
    else if (only) this.map.fitBounds(leaflet.latLngBounds(corners), { padding: [36, 36], maxZoom: ZOOM_AT_FIRST_MAX });
    else this.map.setView([33.1036, 130.099], 12);
  }

  private drawSigns(): void {
    this.signs.clearLayers();
    const groups = groupsOf(this.points, (point) => this.map.latLngToContainerPoint(placeOf(point)), APART_PX);
    for (const group of groups) if (this.isSeen(group.first)) this.drawSign(group);
  }

  /** Whether so much of a sign would be on the map that a finger can hit it. */
  private isSeen(point: ShopPoint): boolean {
    const { x, y } = this.map.latLngToContainerPoint(placeOf(point));
    const size = this.map.getSize();
    return Math.min(x, y, size.x - x, size.y - y) >= INSIDE_PX;
  }

  private drawSign(group: Group): void {
    const shop = group.first;
    const isOne = group.points.length === 1;
    const label = isOne ? shop.name : this.words("group").replace("{}", String(group.points.length));
    const html = document.createElement("span");
    html.className = isOne ? `pin${shop.usable_today ? " pin-usable" : ""}${shop.is_favourite ? " pin-favourite" : ""}` : "pin-group";
    html.textContent = isOne ? (shop.is_favourite ? "★" : shop.usable_today ? "✓" : "") : String(group.points.length);
    const sign = leaflet.marker(placeOf(shop), {
      icon: leaflet.divIcon({ html, className: "sign-on-map", iconSize: [56, 56] }),
      title: label,
      riseOnHover: true,
    });
    const isLast = isOne || this.map.getZoom() >= ZOOM_MAX;
    onAct(sign, () => (isLast ? this.tell(group) : this.enlarge(group)));
    sign.addTo(this.signs);
    sign.getElement()?.setAttribute("aria-label", label);
  }

  private enlarge(group: Group): void {
    const around = leaflet.latLngBounds(group.points.map(placeOf));
    this.map.getContainer().focus();
    const zoom = Math.max(this.map.getZoom() + 1, this.map.getBoundsZoom(around, false, leaflet.point(48, 48)));
    this.map.setView(around.getCenter(), Math.min(zoom, ZOOM_MAX));
  }

  private tell(group: Group): void {
    const options = { minWidth: 200, autoPanPadding: leaflet.point(16, 16), offset: leaflet.point(0, -12) };
    leaflet.popup(options).setLatLng(placeOf(group.first)).setContent(this.told(group.points)).openOn(this.map);
  }

  private told(points: ShopPoint[]): HTMLElement {
    const list = document.createElement("ul");
    list.className = "plain-list";
    for (const point of points.slice(0, NEIGHBOURS_LISTED_MAX)) {
      const line = document.createElement("li");
      const link = document.createElement("a");
      link.href = `/wallet/shops/${encodeURIComponent(point.store_code)}`;
      link.textContent = point.name;
      line.append(link);
      if (point.is_favourite) line.append(document.createElement("br"), said("map-favourite"));
      if (point.usable_today) line.append(document.createElement("br"), said("map-usable"));
      list.append(line);
    }
    return list;
  }
}

function placeOf(point: ShopPoint): leaflet.LatLng {
  return leaflet.latLng(point.latitude, point.longitude);
}

/** A tap, or Enter on what has the focus: leaflet itself listens to the keyboard for popups alone. */
function onAct(sign: leaflet.Marker, act: () => void): void {
  sign.on("click", act);
  sign.on("keypress", (event) => {
    if ((event as leaflet.LeafletKeyboardEvent).originalEvent.key === "Enter") act();
  });
}
