/** Building parts of the page: text stays text, whatever is in it. */

import type { Saying } from "./sayings.ts";
import { told } from "./telling.ts";

type Child = Node | string;

const SIGNS = { good: "✓", refused: "×", warning: "！" };

/** An element with attributes and children. */
export function element(tag: string, attributes: Record<string, string> = {}, ...children: Child[]): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** The element of the page with this id. Throws when the page is not the one this script was written for. */
export function byId<Found extends HTMLElement>(id: string): Found {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found as Found;
}

/** A box that says one thing in its heading: good, refused or a warning. */
export function notice(tone: keyof typeof SIGNS, heading: Child, ...children: Child[]): HTMLElement {
  const sign = element("span", { class: "sign", "aria-hidden": "true" }, SIGNS[tone]);
  return element("div", { class: `notice notice-${tone}` }, element("h3", {}, sign, heading), ...children);
}

/** A list of names and values. */
export function facts(...pairs: [name: Saying, value: Child][]): HTMLElement {
  const parts = pairs.flatMap(([name, value]) => [element("dt", {}, told(name)), element("dd", {}, value)]);
  return element("dl", { class: "facts" }, ...parts);
}

/** A list of names and values that are too long to stand beside each other. */
export function longFacts(...pairs: [name: Saying, value: Child][]): HTMLElement {
  const list = facts(...pairs);
  list.classList.add("facts-long");
  return list;
}

/** A paragraph of one sentence. */
export function line(sentence: Saying): HTMLElement {
  return element("p", {}, told(sentence));
}

/** Something that is compared sign by sign. */
export function mark(text: Child): HTMLElement {
  return element("span", { class: "mark" }, text);
}
