// Whether the wallet may be heard on this device. It is heard unless somebody chose otherwise.

import { onScreen } from "../shared/screens.ts";
import { allowSound, play } from "../shared/sounds.ts";

const PLACE = "kashiman.sound";
const OFF = "off";

/** Whether what happened is told by a sound. */
export function isHeard(): boolean {
  try {
    return localStorage.getItem(PLACE) !== OFF;
  } catch {
    return true;
  }
}

onScreen("[data-sound-choice]", (place) => {
  const button = place.querySelector<HTMLButtonElement>("[data-sound-switch]")!;
  const show = (): void => {
    button.setAttribute("aria-pressed", String(isHeard()));
    button.querySelector<HTMLElement>("[data-on]")!.hidden = !isHeard();
    button.querySelector<HTMLElement>("[data-off]")!.hidden = isHeard();
  };
  place.hidden = false;
  show();
  button.addEventListener("click", () => {
    choose(!isHeard());
    show();
  });
  place.querySelector("[data-sound-test]")!.addEventListener("click", () => {
    allowSound();
    play("paid");
  });
});

function choose(heard: boolean): void {
  try {
    if (heard) localStorage.removeItem(PLACE);
    else localStorage.setItem(PLACE, OFF);
  } catch {
    // A browser that keeps nothing stays as it is.
  }
}
