// The screen of a payment that is in the books, drawn from what the city signed; and the sounds of all outcomes.

import { cityTime, runClock } from "../shared/city-clock.ts";
import { said } from "../shared/said.ts";
import { onScreen } from "../shared/screens.ts";
import { verify, type PaymentResult } from "../shared/signed-result.ts";
import { play, type Sound } from "../shared/sounds.ts";
import { isHeard } from "./sound-choice.ts";

onScreen("[data-paid]", (screen) => {
  let stop: (() => void) | undefined;
  screen.dataset.state = "checking";
  void verify(screen.dataset.result ?? "", screen.dataset.keys ?? "").then((verdict) => {
    if (verdict.state === "forged") return screen.replaceWith(said("forged"));
    screen.dataset.state = verdict.state;
    if (verdict.state !== "verified") return;
    draw(screen, verdict.result);
    stop = showClock(screen, verdict.result.now_ms);
    offerSound("paid");
  });
  return () => stop?.();
});

onScreen('[data-sound="refunded"], [data-sound="failed"]', (screen) => offerSound(screen.dataset.sound as Sound));

function draw(screen: HTMLElement, result: PaymentResult): void {
  const write = (name: string, text: string): void => {
    screen.querySelector(`[data-${name}]`)!.textContent = text;
  };
  write("amount", `${result.amount_yen.toLocaleString("ja-JP")}円`);
  write("shop", result.shop);
  write("phrase", result.match_phrase);
  write("clock-of-payment", cityTime(result.paid_at_ms));
}

function showClock(screen: HTMLElement, now_ms: number): () => void {
  const clock = screen.querySelector<HTMLElement>("[data-clock]")!;
  clock.hidden = false;
  return runClock(now_ms, (time) => {
    clock.textContent = (screen.dataset.now ?? "{}").replace("{}", time);
  });
}

function offerSound(sound: Sound): void {
  if (isHeard()) play(sound);
  const again = document.querySelector<HTMLButtonElement>("[data-sound-again]");
  if (!again) return;
  again.hidden = false;
  again.addEventListener("click", () => play(sound));
}
