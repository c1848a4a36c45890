/** How the page shows what the checks found. */

import type { Finding, State } from "./checks.ts";
import { element, longFacts, mark, notice } from "./elements.ts";
import type { ListRead, Report } from "./messages.ts";

const SUBJECTS: Record<string, string> = {
  V1: "ファイルの書き方",
  V2: "申し込みの重なり",
  V3: "申し込みの一覧",
  V4: "前もっての決まり",
  V5: "秘密の約束",
  V6: "乱数",
  V7: "乱数の署名",
  V8: "ひとりひとりの結果",
  V9: "口数の合計",
  V10: "順番待ち",
  V11: "申し込みの数",
};
const STATES: Record<State, { label: string; tone: string }> = {
  OK: { label: "✓ 合っています", tone: "tag tag-good" },
  BAD: { label: "× 合いません", tone: "tag tag-bad" },
  SKIP: { label: "− 調べていません", tone: "tag tag-warning" },
  NOTE: { label: "！ 見くらべてください", tone: "tag" },
};

/** The verdict, what to compare with the paper notice, and each check. */
export function reportView(report: Report, seconds: number): Node[] {
  return [verdict(report, seconds), fingerprints(report), findingsList(report.findings)];
}

/** The closed list beside the root that was published for it. */
export function listView(list: ListRead, publishedRoot: string): HTMLElement {
  if (list.trouble !== null) return notice("refused", "一覧が、決められた書き方ではありません", line(list.trouble));
  return list.root === publishedRoot
    ? notice("good", `一覧(${list.rows}件)は、発表された指紋のとおりです`)
    : notice("refused", "一覧が、発表された指紋と合いません", line(`計算した指紋: ${list.root}`));
}

/** Whether nothing was found to be wrong. */
export function isVerified(report: Report): boolean {
  return report.findings.every(({ state }) => state !== "BAD");
}

function verdict(report: Report, seconds: number): HTMLElement {
  const took = line(`この端末で、${seconds.toFixed(1)}秒で計算しました。`);
  const skipped = new Set(report.findings.filter(({ state }) => state === "SKIP").map(({ check }) => check)).size;
  if (!isVerified(report)) {
    const next = "ファイルを受け取りなおしても同じなら、市役所か、監査の担当へお知らせください。";
    return notice("refused", "合わないところがあります", line(next), took);
  }
  const left = skipped > 0 ? [line(`調べられなかったことが${skipped}つあります。`)] : [];
  return notice("good", "この抽選は、決められたとおりの結果です", ...left, took);
}

function fingerprints(report: Report): HTMLElement {
  const absent = "ありません";
  return longFacts(
    ["frozen.json の指紋(紙の公告とくらべてください)", mark(report.frozenSha256 ?? absent)],
    ["申し込みの一覧の指紋", mark(report.root ?? absent)],
    ["くじのもとになる数", mark(report.seed ?? absent)],
  );
}

function findingsList(findings: Finding[]): HTMLElement {
  const items = findings.map(({ state, check, text }) => {
    const subject = element("strong", {}, `${check} ${SUBJECTS[check] ?? ""}`);
    const found = element("span", { class: STATES[state].tone, "data-state": state }, STATES[state].label);
    return element("li", { "data-check": check }, subject, found, element("span", { class: "finding" }, text));
  });
  return element("ul", { class: "findings plain-list", "aria-label": "調べたことと、その結果" }, ...items);
}

function line(text: string): HTMLElement {
  return element("p", {}, text);
}
