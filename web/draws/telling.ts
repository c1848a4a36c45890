/** Says what there is to say in the page's language. */

import { said } from "../shared/said.ts";
import type { Fact, Saying } from "./sayings.ts";

/** A sentence of the page with its facts in their places. Throws when the page does not have it. */
export function told({ says, facts }: Saying): DocumentFragment {
  const sentence = said(says);
  for (const place of sentence.querySelectorAll<HTMLElement>("[data-fact]")) {
    place.replaceWith(shown(facts[place.dataset["fact"]!]!));
  }
  return sentence;
}

function shown(fact: Fact): DocumentFragment | string {
  if (typeof fact !== "object") return String(fact);
  return isSaying(fact) ? told(fact) : inARow(fact);
}

function inARow(facts: readonly Fact[]): DocumentFragment {
  const row = document.createDocumentFragment();
  for (const [place, fact] of facts.entries()) {
    if (place > 0) row.append(said("separator"));
    row.append(shown(fact));
  }
  return row;
}

function isSaying(fact: Saying | readonly Fact[]): fact is Saying {
  return "says" in fact;
}
