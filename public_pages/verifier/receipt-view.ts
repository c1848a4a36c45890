/** How the page shows what became of one receipt. */

import type { Answer } from "./answer.ts";
import { element, facts, mark, notice } from "./elements.ts";
import type { ReceiptFound } from "./messages.ts";

/** The receipt in the draw, in the closed list, or nowhere; `isSound` tells whether every check was passed. */
export function receiptView(found: ReceiptFound, isSound: boolean): HTMLElement {
  if (found.answer !== null) return drawn(found.answer, isSound);
  if (found.row !== null) {
    const told = `${found.row.units}口の申し込みとして、一覧にのっています。結果は、抽選のあとにここで調べられます。`;
    return notice("good", "この受付番号は一覧にあります", facts(["受付番号", mark(found.row.receipt)]), line(told));
  }
  return nowhere();
}

function drawn(answer: Answer, isSound: boolean): HTMLElement {
  const heading = answer.granted > 0 ? `${answer.granted}口、当選しました` : "今回は当選しませんでした";
  const parts = [...doubts(answer, isSound), chain(answer), why(answer.reasons)];
  if (!isSound) return notice("refused", "計算しましたが、合わないところがあります", ...parts);
  return answer.granted > 0 ? notice("good", heading, ...parts) : notice("warning", heading, ...parts);
}

function doubts(answer: Answer, isSound: boolean): HTMLElement[] {
  if (isSound) return [];
  const published = answer.published === null ? "発表された結果にありません。" : `発表された結果は${answer.published}口です。`;
  return [line(`この端末の計算では${answer.granted}口、${published}下の「くわしい検査」を見てください。`)];
}

function chain(answer: Answer): HTMLElement {
  const waiting = answer.waitingPosition === null ? "ありません" : `順番待ちの${answer.waitingPosition}番目から`;
  return facts(
    ["受付番号", mark(answer.receipt)],
    ["くじの番号", mark(answer.ticket)],
    ["順位", `${answer.rows}件のうち ${answer.rank}番目`],
    ["希望した口数", `${answer.units}口`],
    ["結果", `${answer.granted}口`],
    ["順番待ち", waiting],
  );
}

function why(reasons: string[]): HTMLElement {
  const steps = element("ol", {}, ...reasons.map((reason) => element("li", {}, reason)));
  return element("div", {}, element("h4", {}, "どうしてこの結果か"), steps);
}

function nowhere(): HTMLElement {
  return notice(
    "warning",
    "この受付番号は一覧にありません",
    element(
      "ul",
      {},
      element("li", {}, "番号の打ちまちがいがないか、控えとくらべてください。"),
      element("li", {}, "家族の申し込みは、ひとつの受付番号にまとめられていることがあります。"),
      element("li", {}, "取り下げた申し込みと、無効になった申し込みは、のっていません。"),
    ),
    line("それでも見つからないときは、控え(受付番号)をもって、市役所の窓口へおいでください。"),
  );
}

function line(text: string): HTMLElement {
  return element("p", {}, text);
}
