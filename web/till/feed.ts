// What arrives at the shop, as it arrives; and honestly, whether the screen can know it at this moment.

import { cityTime } from "../shared/city-clock.ts";
import { onScreen } from "../shared/screens.ts";
import { play } from "../shared/sounds.ts";
import { yen } from "./amount.ts";
import { announcePaid, isNews } from "./announce.ts";

interface Movement {
  kind: "payment" | "void" | "refund";
  id: string;
  store_name: string;
  amount_yen: number;
  at: string;
  match_phrase: string;
}
type State = "live" | "unknown" | "ended" | "full";

/** Told to the document when something arrived or may have. */
export const ARRIVED = "till:arrived";
const SILENT_AFTER_MS = 12_000;
const AGAIN_AFTER_MS = 3_000;
const SHOWN_MAX = 3;

onScreen("[data-feed]", (place) => {
  const feed = new Feed(place);
  return () => feed.stop();
});

class Feed {
  private readonly place: HTMLElement;
  private position: string;
  private source: EventSource | null = null;
  private timer = 0;
  private isOver = false;

  constructor(place: HTMLElement) {
    this.place = place;
    this.position = place.dataset.after ?? "";
    this.open();
  }

  stop(): void {
    this.isOver = true;
    window.clearTimeout(this.timer);
    this.source?.close();
  }

  private get address(): string {
    return `${this.place.dataset.feed}?${new URLSearchParams({ after: this.position })}`;
  }

  private open(): void {
    if (this.isOver) return;
    const source = new EventSource(this.address);
    this.source = source;
    source.addEventListener("beat", (event) => this.heard(event, "live"));
    source.addEventListener("blind", (event) => this.heard(event, "unknown"));
    source.addEventListener("arrived", (event) => {
      this.heard(event, "live");
      this.show(JSON.parse(event.data) as Movement);
    });
    source.addEventListener("reload", (event) => {
      this.heard(event, "live");
      document.dispatchEvent(new Event(ARRIVED));
    });
    source.addEventListener("ended", () => this.end("ended"));
    source.addEventListener("error", () => this.broken());
    this.expect();
  }

  /** Something was heard, so the line stands; it is expected to be heard from again soon. */
  private heard(event: MessageEvent, state: State): void {
    if (event.lastEventId) this.position = event.lastEventId;
    this.tell(state);
    this.expect();
  }

  private expect(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.broken(), SILENT_AFTER_MS);
  }

  private broken(): void {
    this.source?.close();
    this.tell("unknown");
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.again(), AGAIN_AFTER_MS);
  }

  /** Asks why before it tries again: a browser does not tell a refusal from a cut line. */
  private async again(): Promise<void> {
    const leave = new AbortController();
    try {
      const { status } = await fetch(this.address, { signal: leave.signal });
      if (status === 401 || status === 403) return this.end("ended");
      if (status === 429) this.tell("full");
      if (status === 200) return this.open();
    } catch {
      // Out of reach still.
    } finally {
      leave.abort();
    }
    if (!this.isOver) this.timer = window.setTimeout(() => void this.again(), AGAIN_AFTER_MS);
  }

  private end(state: State): void {
    this.stop();
    this.tell(state);
  }

  private tell(state: State): void {
    const place = this.place.querySelector<HTMLElement>(".feed-state")!;
    place.hidden = false;
    if (place.dataset.now !== state) place.dataset.now = state;
  }

  private show(movement: Movement): void {
    document.dispatchEvent(new Event(ARRIVED));
    if (!isNews(movement.id)) return;
    const template = this.place.querySelector<HTMLTemplateElement>(`template[data-arrived="${movement.kind}"]`)!;
    const line = document.importNode(template.content, true);
    const write = (name: string, text: string): void => {
      line.querySelector(`[data-${name}]`)!.textContent = text;
    };
    write("amount", `${movement.amount_yen < 0 ? "−" : ""}${yen(Math.abs(movement.amount_yen))}円`);
    write("clock", cityTime(Date.parse(movement.at)));
    write("phrase", movement.match_phrase);
    write("store", movement.store_name);
    const arrivals = this.place.querySelector(".arrivals")!;
    arrivals.prepend(line);
    while (arrivals.children.length > SHOWN_MAX) arrivals.lastElementChild?.remove();
    if (movement.kind === "payment") announcePaid(movement.amount_yen);
    else play("refunded");
  }
}

// The day's figures are the server's own: when something arrives, they are read anew.
onScreen("[data-live]", (place) => {
  let isReading = false;
  let isStale = false;
  const read = async (): Promise<void> => {
    isStale = true;
    if (isReading) return;
    isReading = true;
    while (isStale) {
      isStale = false;
      try {
        const answer = await fetch(place.dataset.live!);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.querySelector("[data-live]");
        if (fresh) place.replaceChildren(...document.adoptNode(fresh).childNodes);
      } catch {
        // The feed says so; what is shown stays until it can be read.
      }
    }
    isReading = false;
  };
  const arrived = (): void => void read();
  document.addEventListener(ARRIVED, arrived);
  return () => document.removeEventListener(ARRIVED, arrived);
});
