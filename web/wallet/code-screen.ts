// The resident's own code: renewed before it ends, honest when it cannot be, and gone as soon as the shop has charged.

import { say } from "../shared/said.ts";
import { onScreen, showScreen } from "../shared/screens.ts";
import { allowSound } from "../shared/sounds.ts";
import { stayAwake } from "../shared/wake-lock.ts";

interface NewCode {
  code: string;
  svg: string;
}

const RENEW_BEFORE_S = 4;
const RETRY_AFTER_MS = 3000;
const LOOK_EVERY_MS = 1500;

onScreen("[data-code]", (screen) => new CodeScreen(screen).begin());

class CodeScreen {
  private readonly screen: HTMLElement;
  private readonly lifetime_s: number;
  private readonly news = document.querySelector<HTMLElement>("[data-news]")!;
  private readonly timers: number[] = [];
  private shownAt = { steady: performance.now(), wall: Date.now() };
  private isRenewing = false;
  private isOver = false;
  private tryAgainAt = 0;
  private refusedAt = "";

  constructor(screen: HTMLElement) {
    this.screen = screen;
    this.lifetime_s = Number(screen.dataset.lifetimeS);
  }

  begin(): () => void {
    // Whoever reloads is not asked whether to send the form again.
    window.history.replaceState(null, "", "/wallet/code");
    const sleep = stayAwake();
    this.part("ring").removeAttribute("hidden");
    this.timers.push(window.setInterval(() => this.tick(), 250), window.setInterval(() => void this.look(), LOOK_EVERY_MS));
    document.addEventListener("pointerdown", allowSound, { once: true });
    window.addEventListener("online", this.onOnline);
    this.tick();
    return () => {
      this.isOver = true;
      for (const timer of this.timers) window.clearInterval(timer);
      window.removeEventListener("online", this.onOnline);
      sleep();
    };
  }

  private readonly onOnline = (): void => {
    this.tryAgainAt = 0;
  };

  private part(name: string): HTMLElement {
    return this.screen.querySelector<HTMLElement>(`[data-${name}]`)!;
  }

  /** Seconds left by the clock that is further: one stands still while a telephone sleeps, the other may be set. */
  private get left_s(): number {
    const passed_ms = Math.max(performance.now() - this.shownAt.steady, Date.now() - this.shownAt.wall);
    return this.lifetime_s - passed_ms / 1000;
  }

  private tick(): void {
    const left_s = this.left_s;
    const isLive = left_s > 0;
    this.part("picture").hidden = !isLive;
    this.part("text").hidden = !isLive;
    this.part("over").hidden = isLive;
    this.part("countdown").hidden = !isLive;
    this.part("ring").toggleAttribute("hidden", !isLive);
    const seconds = String(Math.ceil(Math.max(0, left_s)));
    this.part("countdown").textContent = (this.screen.dataset.secondsLeft ?? "{}").replace("{}", seconds);
    this.part("ring-left").setAttribute("stroke-dasharray", `${Math.max(0, (left_s / this.lifetime_s) * 100)} 100`);
    if (left_s < RENEW_BEFORE_S && performance.now() >= this.tryAgainAt) void this.renew();
  }

  private async renew(): Promise<boolean> {
    if (this.isRenewing || document.visibilityState !== "visible") return false;
    this.isRenewing = true;
    try {
      const answer = await fetch("/api/v1/wallet/codes", { method: "POST", signal: AbortSignal.timeout(10_000) });
      if (this.isOver) return false;
      if (answer.status === 401) return this.wait("signed-out");
      if (!answer.ok) return this.wait("offline");
      this.show((await answer.json()) as NewCode);
      return true;
    } catch {
      return this.wait("offline");
    } finally {
      this.isRenewing = false;
    }
  }

  private wait(why: string): false {
    this.tryAgainAt = performance.now() + RETRY_AFTER_MS;
    if (this.news.dataset.says !== why) say(this.news, why);
    this.news.dataset.says = why;
    return false;
  }

  private show(fresh: NewCode): void {
    const picture = new DOMParser().parseFromString(fresh.svg, "image/svg+xml").documentElement;
    this.part("picture").replaceChildren(document.importNode(picture, true));
    this.part("text").textContent = (fresh.code.match(/.{1,4}/g) ?? []).join(" ");
    this.shownAt = { steady: performance.now(), wall: Date.now() };
    say(this.news, null);
    delete this.news.dataset.says;
    this.tick();
  }

  /** The shop's screen is the truth; this only brings the resident's own to the payment once it is in the books. */
  private async look(): Promise<void> {
    if (document.visibilityState !== "visible") return;
    try {
      const since = encodeURIComponent(this.screen.dataset.since ?? "");
      const answer = await fetch(`/wallet/code/outcome?since=${since}`, { redirect: "error" });
      if (this.isOver || answer.status !== 200) return;
      const { path, refused_at } = (await answer.json()) as { path?: string; refused_at?: string };
      if (path) return await this.leave(path);
      if (refused_at && refused_at !== this.refusedAt && (await this.renew())) {
        this.refusedAt = refused_at;
        say(this.news, "refused");
      }
    } catch {
      // Out of reach for a moment; the next look may succeed.
    }
  }

  private async leave(path: string): Promise<void> {
    const page = await fetch(path);
    if (!this.isOver) showScreen(await page.text(), page.url);
  }
}
