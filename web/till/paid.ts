// The screen that both people look at: a clock that runs, the sound, and the sound once more.

import { runClock } from "../shared/city-clock.ts";
import { onScreen } from "../shared/screens.ts";
import { announcePaid, isNews } from "./announce.ts";

onScreen("[data-paid]", (screen) => {
  const amount_yen = Number(screen.dataset.amountYen);
  const clock = screen.querySelector<HTMLElement>("[data-clock]")!;
  const time = clock.querySelector("[data-time]")!;
  const again = document.querySelector<HTMLButtonElement>("[data-again]");
  if (isNews(screen.dataset.paid!)) announcePaid(amount_yen);
  if (again) {
    again.hidden = false;
    again.addEventListener("click", () => announcePaid(amount_yen));
  }
  clock.hidden = false;
  const stop = runClock(Date.parse(clock.dataset.now!), (now) => (time.textContent = now));
  const press = (event: KeyboardEvent): void => {
    if (event.key !== "F2") return;
    event.preventDefault();
    document.querySelector<HTMLAnchorElement>("[data-next-sale]")?.click();
  };
  document.addEventListener("keydown", press);
  return () => {
    stop();
    document.removeEventListener("keydown", press);
  };
});
