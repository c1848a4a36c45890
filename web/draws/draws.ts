/** The page of one draw: fetches the published files, lets the worker compute, and shows what came out. */

import { byId, line, notice } from "./elements.ts";
import type { ListRead, ReceiptFound, Report } from "./messages.ts";
import { receiptView } from "./receipt-view.ts";
import { isVerified, listView, reportView } from "./report-view.ts";
import { type Saying, saying } from "./sayings.ts";
import { told } from "./telling.ts";
import { WorkerLink } from "./worker-link.ts";

const WANTED = new Set(["manifest.json", "applications.csv", "results.csv", "frozen.json", "waitlist.csv"]);

/** What was checked of this draw: whether its files could be read, and whether nothing was wrong. */
interface Checked {
  isReadable: boolean;
  isSound: boolean;
}

const place = byId("verifier");
const worker = new WorkerLink(place.dataset["worker"]!);
let checking: Promise<Checked> | null = null;

function start(): void {
  const form = byId<HTMLFormElement>("receipt-form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void lookUp(byId<HTMLInputElement>("receipt").value);
  });
  byId("check-all").addEventListener("click", () => void check());
  byId("without-script").hidden = true;
  place.hidden = false;
}

async function lookUp(typed: string): Promise<void> {
  const answer = byId("answer");
  if (typed.trim() === "") {
    answer.replaceChildren(notice("warning", told(saying("receipt-wanted"))));
    byId("receipt").focus();
    return;
  }
  answer.replaceChildren();
  const { isReadable, isSound } = await check();
  if (!isReadable) return;
  const found = await worker.ask<ReceiptFound>({ kind: "receipt", typed });
  answer.replaceChildren(receiptView(found, isSound));
}

/** Checks once; after a failure it may be tried again. */
function check(): Promise<Checked> {
  checking ??= fetchAndCheck().catch(() => {
    checking = null;
    say(saying("failed"));
    byId("report").replaceChildren(trouble());
    return { isReadable: false, isSound: false };
  });
  return checking;
}

async function fetchAndCheck(): Promise<Checked> {
  say(saying("fetching"));
  const files = await fetchFiles();
  say(saying("computing"));
  const isDrawn = files.some(([name]) => name === "manifest.json");
  const checked = isDrawn ? await checkDraw(files) : await checkList(files);
  say(saying("computed"));
  return checked;
}

/** Whoever listens instead of looking hears this, and not the whole report. */
function say(progress: Saying): void {
  byId("progress").replaceChildren(told(progress));
}

async function checkDraw(files: [string, ArrayBuffer][]): Promise<Checked> {
  const started = performance.now();
  const report = await worker.ask<Report>({ kind: "check", files });
  byId("report").replaceChildren(...reportView(report, (performance.now() - started) / 1000, place.dataset["findings"]!));
  return { isReadable: report.root !== null, isSound: isVerified(report) };
}

async function checkList(files: [string, ArrayBuffer][]): Promise<Checked> {
  const publishedRoot = place.dataset["root"] ?? "";
  const applications = new Map(files).get("applications.csv") ?? new ArrayBuffer(0);
  const list = await worker.ask<ListRead>({ kind: "list", applications });
  byId("report").replaceChildren(listView(list, publishedRoot));
  return { isReadable: list.root !== null, isSound: list.root === publishedRoot };
}

async function fetchFiles(): Promise<[string, ArrayBuffer][]> {
  const links = [...document.querySelectorAll<HTMLAnchorElement>("a[data-file]")];
  return Promise.all(links.filter((link) => WANTED.has(link.dataset["file"]!)).map(fetchFile));
}

async function fetchFile(link: HTMLAnchorElement): Promise<[string, ArrayBuffer]> {
  const response = await fetch(link.href, { credentials: "omit" });
  if (!response.ok) throw new Error(`${response.status} ${link.href}`);
  return [link.dataset["file"]!, await response.arrayBuffer()];
}

function trouble(): HTMLElement {
  return notice("refused", told(saying("failed")), line(saying("failed-next")));
}

start();
