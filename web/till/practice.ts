// Practice: payments that nobody made arrive one after the other, with the sound that real ones have.

import { onScreen } from "../shared/screens.ts";
import { announcePaid } from "./announce.ts";

const EVERY_MS = 8000;

onScreen("[data-made-up]", (place) => {
  const waiting = [...place.querySelectorAll<HTMLElement>("[data-amount-yen]")];
  for (const line of waiting) line.remove();
  const timer = window.setInterval(() => {
    const line = waiting.shift();
    if (!line) return window.clearInterval(timer);
    place.prepend(line);
    announcePaid(Number(line.dataset.amountYen));
  }, EVERY_MS);
  return () => window.clearInterval(timer);
});
