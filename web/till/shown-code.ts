// The shop's own code on this screen: it counts down, and the screen changes when it is paid.

import { onScreen, showScreen } from "../shared/screens.ts";
import { stayAwake } from "../shared/wake-lock.ts";
import { ARRIVED } from "./feed.ts";

interface Shown {
  state: "waiting" | "paid" | "expired";
  payment_id: string | null;
}

const LOOK_EVERY_MS = 3000;

onScreen("[data-shown-code]", (screen) => {
  const endsAt_ms = performance.now() + Number(screen.dataset.leftS) * 1000;
  const countdown = screen.querySelector<HTMLElement>("[data-countdown]")!;
  const left = screen.querySelector("[data-countdown-left]")!;
  const sleep = stayAwake();

  const look = async (): Promise<void> => {
    try {
      const answer = await fetch(screen.dataset.shownCode!);
      const shown = (await answer.json()) as Shown;
      if (shown.state === "paid") await go(`/shop/payments/${shown.payment_id}`);
      else if (shown.state === "expired") await go(location.href);
    } catch {
      // Out of reach for a moment; the feed says so.
    }
  };
  const count = (): void => {
    const left_s = Math.max(0, Math.ceil((endsAt_ms - performance.now()) / 1000));
    left.textContent = `${Math.floor(left_s / 60)}:${String(left_s % 60).padStart(2, "0")}`;
  };
  const go = async (address: string): Promise<void> => {
    const answer = await fetch(address);
    const page = await answer.text();
    if (screen.isConnected) showScreen(page, answer.url);
  };
  const arrived = (): void => void look();

  countdown.hidden = false;
  count();
  const timers = [window.setInterval(count, 1000), window.setInterval(() => void look(), LOOK_EVERY_MS)];
  document.addEventListener(ARRIVED, arrived);
  return () => {
    sleep();
    for (const timer of timers) window.clearInterval(timer);
    document.removeEventListener(ARRIVED, arrived);
  };
});
