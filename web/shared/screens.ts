// Screens come with a page, or take the place of one without leaving it: sound that a tap allowed stays allowed.

type Start = (element: HTMLElement) => (() => void) | void;

const starts: [selector: string, start: Start][] = [];
let stops: (() => void)[] = [];

/** Runs `start` for every element that matches, now and on each screen that comes; what it answers ends it again. */
export function onScreen(selector: string, start: Start): void {
  starts.push([selector, start]);
  queueMicrotask(() => begin(selector, start)); // By then the module that asks has been read to its end.
}

/** Shows a page that was fetched in the place of this one, under its own address. */
export function showScreen(html: string, address: string): void {
  for (const stop of stops) stop();
  stops = [];
  const page = new DOMParser().parseFromString(html, "text/html");
  document.title = page.title;
  document.body.replaceWith(document.adoptNode(page.body));
  window.history.replaceState(null, "", address);
  window.scrollTo(0, 0);
  for (const [selector, start] of starts) begin(selector, start);
  document.querySelector<HTMLElement>("main")?.focus();
}

function begin(selector: string, start: Start): void {
  for (const element of document.querySelectorAll<HTMLElement>(selector)) {
    const stop = start(element);
    if (stop) stops.push(stop);
  }
}
