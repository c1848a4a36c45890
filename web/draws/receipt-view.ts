/** How the page shows what became of one receipt. */

import type { Answer } from "./answer.ts";
import { element, facts, line, mark, notice } from "./elements.ts";
import type { ReceiptFound } from "./messages.ts";
import { type Saying, saying } from "./sayings.ts";
import type { Row } from "./tables.ts";
import { told } from "./telling.ts";

/** The receipt in the draw, in the closed list, or nowhere; `isSound` tells whether every check was passed. */
export function receiptView(found: ReceiptFound, isSound: boolean): HTMLElement {
  if (found.answer !== null) return drawn(found.answer, isSound);
  return found.row === null ? nowhere() : listed(found.row);
}

function drawn(answer: Answer, isSound: boolean): HTMLElement {
  const parts = [...doubts(answer, isSound), chain(answer), why(answer.reasons)];
  if (!isSound) return notice("refused", told(saying("not-as-computed")), ...parts);
  return answer.granted > 0
    ? notice("good", told(saying("won", { units: answer.granted })), ...parts)
    : notice("warning", told(saying("not-won")), ...parts);
}

function doubts({ granted, published }: Answer, isSound: boolean): HTMLElement[] {
  if (isSound) return [];
  const doubt =
    published === null
      ? saying("unpublished", { units: granted })
      : saying("published-otherwise", { units: granted, published });
  return [line(doubt)];
}

function chain(answer: Answer): HTMLElement {
  const { rows, rank, waitingPosition: position } = answer;
  const waiting = position === null ? saying("waiting-none") : saying("waiting-from", { position });
  return facts(
    [saying("receipt"), mark(answer.receipt)],
    [saying("ticket"), mark(answer.ticket)],
    [saying("rank"), told(saying("rank-of", { rows, rank }))],
    [saying("asked"), told(saying("units", { units: answer.units }))],
    [saying("result"), told(saying("units", { units: answer.granted }))],
    [saying("waiting"), told(waiting)],
  );
}

function why(reasons: Saying[]): HTMLElement {
  const steps = element("ol", {}, ...reasons.map((reason) => element("li", {}, told(reason))));
  return element("div", {}, element("h4", {}, told(saying("why"))), steps);
}

function listed(row: Row): HTMLElement {
  const receipt = facts([saying("receipt"), mark(row.receipt)]);
  return notice("good", told(saying("listed")), receipt, line(saying("listed-next", { units: row.units })));
}

function nowhere(): HTMLElement {
  const reasons = [saying("nowhere-typed"), saying("nowhere-household"), saying("nowhere-void")];
  const list = element("ul", {}, ...reasons.map((reason) => element("li", {}, told(reason))));
  return notice("warning", told(saying("nowhere")), list, line(saying("nowhere-next")));
}
