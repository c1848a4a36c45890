// Checking what hangs in the shop: the camera or a photo fills the field, and the form is sent as if it was typed.

import { say } from "../shared/said.ts";
import { onScreen } from "../shared/screens.ts";
import type { Watch } from "../shared/scanner.ts";

onScreen("[data-sticker-scanner]", (scanner) => {
  const state = scanner.querySelector<HTMLElement>("[data-state]")!;
  const button = scanner.querySelector<HTMLButtonElement>("[data-start]")!;
  const photo = scanner.querySelector<HTMLInputElement>("[data-photo]")!;
  const video = scanner.querySelector<HTMLVideoElement>("[data-video]")!;
  let watching: Watch | null = null;

  const start = async (): Promise<void> => {
    button.hidden = true;
    const { watch } = await import("../shared/scanner.ts");
    try {
      watching = await watch(video, send, () => say(state, "slow"));
      scanner.dataset.isOn = "yes";
      say(state, "looking");
    } catch (error) {
      button.hidden = false;
      say(state, faultOf(error));
    }
  };
  const look = async (): Promise<void> => {
    const file = photo.files?.[0];
    if (!file) return;
    const { readPhoto } = await import("../shared/scanner.ts");
    const text = await readPhoto(file).catch(() => null);
    photo.value = "";
    if (text === null) say(state, "nothing");
    else send(text);
  };

  scanner.hidden = false;
  button.addEventListener("click", start);
  photo.addEventListener("change", look);
  return () => watching?.stop();
});

function send(text: string): void {
  const field = document.querySelector<HTMLInputElement>("#code")!;
  field.value = text;
  field.form!.requestSubmit();
}

function faultOf(error: unknown): string {
  const kind = error instanceof Error ? error.message : "";
  return kind === "refused" || kind === "busy" ? kind : "absent";
}
