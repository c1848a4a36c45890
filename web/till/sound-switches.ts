// The sound is always on; it can be tried, and the voice can be switched off.

import { onScreen } from "../shared/screens.ts";
import { allowSound, play } from "../shared/sounds.ts";
import { isVoiceOn, sayAmount, switchVoice } from "./voice.ts";

const TRIED_YEN = 1280;

onScreen("[data-sound-switches]", (place) => {
  const voice = place.querySelector<HTMLButtonElement>("[data-voice]")!;
  const show = (): void => {
    voice.setAttribute("aria-pressed", String(isVoiceOn()));
    voice.querySelector<HTMLElement>("[data-on]")!.hidden = !isVoiceOn();
    voice.querySelector<HTMLElement>("[data-off]")!.hidden = isVoiceOn();
  };
  place.hidden = false;
  show();
  voice.addEventListener("click", () => {
    switchVoice(!isVoiceOn());
    show();
  });
  place.querySelector("[data-sound-test]")!.addEventListener("click", () => {
    play("paid");
    sayAmount(TRIED_YEN);
  });
});

// The first tap anywhere lets later payments be heard.
document.addEventListener("pointerdown", allowSound, { once: true });
document.addEventListener("keydown", allowSound, { once: true });
