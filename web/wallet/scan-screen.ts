// Reading a shop's code: the camera starts by itself, and whatever is wrong with it, there is another way on the page.

import { say } from "../shared/said.ts";
import { onScreen } from "../shared/screens.ts";
import type { CameraFault, Watch } from "../shared/scanner.ts";

onScreen("[data-scanner]", (screen) => {
  const scan = new ScanScreen(screen);
  screen.hidden = false;
  if (!("waits" in screen.dataset)) void scan.start();
  else scan.offer();
  return () => scan.stop();
});

onScreen("[data-photo-part]", (part) => {
  const scanner = document.querySelector<HTMLElement>("[data-scanner]")!;
  const photo = part.querySelector<HTMLInputElement>("[data-photo]")!;
  part.hidden = false;
  photo.addEventListener("change", async () => {
    const file = photo.files?.[0];
    if (!file) return;
    const { readPhoto } = await import("../shared/scanner.ts");
    const text = await readPhoto(file).catch(() => null);
    photo.value = "";
    if (text !== null) return goOn(scanner, text);
    say(scanner.querySelector("[data-state]")!, "nothing");
  });
});

// A scanner that types like a keyboard needs nobody to tap into the field first.
onScreen("[data-typed-code]", (field) => {
  const type = (event: KeyboardEvent): void => {
    const isElsewhere = document.activeElement instanceof HTMLElement && document.activeElement.matches("input, button, a");
    if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && !isElsewhere) field.focus();
  };
  document.addEventListener("keydown", type);
  return () => document.removeEventListener("keydown", type);
});

class ScanScreen {
  private readonly screen: HTMLElement;
  private readonly state: HTMLElement;
  private readonly button: HTMLButtonElement;
  private readonly light: HTMLButtonElement;
  private watch: Watch | null = null;

  constructor(screen: HTMLElement) {
    this.screen = screen;
    this.state = screen.querySelector<HTMLElement>("[data-state]")!;
    this.button = screen.querySelector<HTMLButtonElement>("[data-start]")!;
    this.light = screen.querySelector<HTMLButtonElement>("[data-light]")!;
    this.button.addEventListener("click", () => void this.start());
    this.light.addEventListener("click", () => void this.switchLight());
  }

  async start(): Promise<void> {
    this.button.hidden = true;
    this.screen.dataset.isOn = "yes";
    say(this.state, null);
    const { watch } = await import("../shared/scanner.ts");
    const video = this.screen.querySelector<HTMLVideoElement>("[data-video]")!;
    try {
      this.watch = await watch(video, (text) => this.found(text), () => say(this.state, "slow"));
    } catch (error) {
      this.offer();
      delete this.screen.dataset.isOn;
      return say(this.state, faultOf(error));
    }
    this.light.hidden = this.watch.light === null;
    say(this.state, "looking");
  }

  offer(): void {
    this.button.hidden = false;
  }

  stop(): void {
    this.watch?.stop();
  }

  private found(text: string): void {
    delete this.screen.dataset.isOn;
    say(this.state, "found");
    goOn(this.screen, text);
  }

  private async switchLight(): Promise<void> {
    const isOn = this.light.getAttribute("aria-pressed") !== "true";
    await this.watch?.light?.(isOn);
    this.light.setAttribute("aria-pressed", String(isOn));
  }
}

function goOn(screen: HTMLElement, text: string): void {
  location.assign(`${screen.dataset.to}?${new URLSearchParams({ code: text, by: "camera" })}`);
}

function faultOf(error: unknown): CameraFault {
  const kind = error instanceof Error ? error.message : "";
  return kind === "refused" || kind === "busy" ? kind : "absent";
}
