/** How the page shows what the checks found. */

import type { Finding, State } from "./checks.ts";
import { element, line, longFacts, mark, notice } from "./elements.ts";
import type { ListRead, Report } from "./messages.ts";
import { saying } from "./sayings.ts";
import { told } from "./telling.ts";

const TONES: Record<State, string> = {
  OK: "tag tag-good",
  BAD: "tag tag-bad",
  SKIP: "tag tag-warning",
  NOTE: "tag",
};

/** The verdict, what to compare with the paper notice, and each check; `label` names the list of them. */
export function reportView(report: Report, seconds: number, label: string): Node[] {
  return [verdict(report, seconds), fingerprints(report), findingsList(report.findings, label)];
}

/** The closed list beside the root that was published for it. */
export function listView(list: ListRead, publishedRoot: string): HTMLElement {
  if (list.trouble !== null) return notice("refused", told(saying("closed-list-malformed")), line(list.trouble));
  return list.root === publishedRoot
    ? notice("good", told(saying("closed-list-fine", { rows: list.rows })))
    : notice("refused", told(saying("closed-list-wrong")), line(saying("closed-list-root", { root: list.root ?? "" })));
}

/** Whether nothing was found to be wrong. */
export function isVerified(report: Report): boolean {
  return report.findings.every(({ state }) => state !== "BAD");
}

function verdict(report: Report, seconds: number): HTMLElement {
  const took = line(saying("took", { seconds: seconds.toFixed(1) }));
  if (!isVerified(report)) {
    return notice("refused", told(saying("verdict-bad")), line(saying("verdict-bad-next")), took);
  }
  const skipped = new Set(report.findings.filter(({ state }) => state === "SKIP").map(({ check }) => check)).size;
  const left = skipped > 0 ? [line(saying("verdict-skipped", { count: skipped }))] : [];
  return notice("good", told(saying("verdict-good")), ...left, took);
}

function fingerprints(report: Report): HTMLElement {
  const printOf = (print: string | null) => mark(print ?? told(saying("print-none")));
  return longFacts(
    [saying("print-frozen"), printOf(report.frozenSha256)],
    [saying("print-list"), printOf(report.root)],
    [saying("print-seed"), printOf(report.seed)],
  );
}

function findingsList(findings: Finding[], label: string): HTMLElement {
  const items = findings.map((finding) => {
    const subject = element("strong", {}, `${finding.check} `, told(saying(finding.check)));
    const state = { class: TONES[finding.state], "data-state": finding.state };
    const found = element("span", state, told(saying(finding.state)));
    const text = element("span", { class: "finding" }, told(finding.told));
    return element("li", { "data-check": finding.check }, subject, found, text);
  });
  return element("ul", { class: "findings plain-list", "aria-label": label }, ...items);
}
