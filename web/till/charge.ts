// Charging, one decision at a time: the amount, then the resident's code or a code of the shop's own. By keys too.

import { say } from "../shared/said.ts";
import type { Watch } from "../shared/scanner.ts";
import { onScreen } from "../shared/screens.ts";
import { amountIn, yen } from "./amount.ts";
import { onCodeTyped } from "./keyboard-scanner.ts";

onScreen("form[data-charge]", (form) => {
  const sale = new Sale(form as HTMLFormElement);
  return () => sale.end();
});

class Sale {
  private readonly form: HTMLFormElement;
  private readonly amount: HTMLInputElement;
  private readonly code: HTMLInputElement;
  private readonly video: HTMLVideoElement;
  private readonly chargeNow: HTMLButtonElement;
  private readonly showCode: HTMLButtonElement;
  private watch: Watch | null = null;
  private isOver = false;
  private readonly stopTyped: () => void;
  private readonly pressed = (event: KeyboardEvent): void => this.press(event);

  constructor(form: HTMLFormElement) {
    const one = <Kind extends HTMLElement>(selector: string): Kind => form.querySelector<Kind>(selector)!;
    this.form = form;
    this.amount = one<HTMLInputElement>("#amount");
    this.code = one<HTMLInputElement>("#code");
    this.video = one<HTMLVideoElement>("video");
    this.chargeNow = one<HTMLButtonElement>("[data-charge-now]");
    this.showCode = one<HTMLButtonElement>("[data-show-code]");
    for (const selector of ["[data-next]", "[data-to-amount]", "[data-chosen]", "[data-camera]"]) one(selector).hidden = false;
    one("[data-to-code]").addEventListener("click", () => this.toCode());
    one("[data-to-amount]").addEventListener("click", () => this.toAmount());
    this.showCode.addEventListener("click", () => this.show());
    one("[data-camera-start]").addEventListener("click", () => void this.look());
    document.addEventListener("keydown", this.pressed);
    this.stopTyped = onCodeTyped((text) => this.found(text));
    const isCodeWrong = this.code.getAttribute("aria-invalid") === "true";
    if (isCodeWrong && amountIn(this.amount) > 0) this.toCode();
    else this.toAmount();
  }

  end(): void {
    this.isOver = true;
    this.watch?.stop();
    document.removeEventListener("keydown", this.pressed);
    this.stopTyped();
  }

  private toAmount(): void {
    this.watch?.stop();
    this.at("amount");
    this.amount.focus();
  }

  private toCode(): void {
    if (!this.hasAmount()) return;
    if (this.code.value) return this.send();
    this.form.querySelector("[data-chosen]")!.textContent = `${yen(amountIn(this.amount))}円`;
    this.at("code");
    this.code.focus();
    void this.look();
  }

  private at(part: "amount" | "code"): void {
    this.form.classList.toggle("at-amount", part === "amount");
    this.form.classList.toggle("at-code", part === "code");
  }

  /** Whether the amount is there, and the store where there are several; else the browser says what is missing. */
  private hasAmount(): boolean {
    const missing = this.form.querySelector<HTMLInputElement>("[name=store_id]:invalid");
    if (amountIn(this.amount) > 0 && !missing) return true;
    const wrong = missing ?? this.amount;
    wrong.focus();
    wrong.reportValidity();
    return false;
  }

  /** A code came, from wherever: it is charged, or waits for the amount. */
  private found(text: string): void {
    this.code.value = text;
    if (amountIn(this.amount) > 0) return void (this.hasAmount() && this.send());
    say(this.form.querySelector("[data-news]")!, "code-first");
    this.amount.focus();
  }

  private send(): void {
    this.watch?.stop();
    this.form.requestSubmit(this.chargeNow);
  }

  /** The shop's own code. Its button sends only here, so that Enter alone can never mean it. */
  private show(): void {
    if (!this.hasAmount()) return;
    this.showCode.type = "submit";
    this.form.requestSubmit(this.showCode);
    this.showCode.type = "button";
  }

  private press(event: KeyboardEvent): void {
    const isAtAmount = this.form.classList.contains("at-amount");
    if (event.key === "Enter" && event.target === this.code) this.send();
    else if (event.key === "F8" || (event.key === "Enter" && event.target === this.amount)) this.toCode();
    else if (event.key === "F9" && isAtAmount) this.show();
    else if (event.key === "Escape" && !isAtAmount) this.toAmount();
    else return;
    event.preventDefault();
  }

  private async look(): Promise<void> {
    const camera = this.form.querySelector<HTMLElement>("[data-camera]")!;
    const state = camera.querySelector("[data-camera-said]")!;
    const start = camera.querySelector<HTMLElement>("[data-camera-start]")!;
    this.watch?.stop();
    camera.classList.remove("is-off");
    try {
      const { watch } = await import("../shared/scanner.ts");
      const begun = await watch(this.video, (text) => this.seen(text, state), () => say(state, "slow-camera"));
      this.watch = begun;
      start.hidden = true;
      say(state, "looking");
      if (this.isOver || this.form.classList.contains("at-amount")) begun.stop();
    } catch (error) {
      const kind = error instanceof Error ? error.message : "";
      camera.classList.add("is-off");
      start.hidden = false;
      say(state, kind === "refused" || kind === "busy" ? kind : "absent");
    }
  }

  private seen(text: string, state: Element): void {
    say(state, "found");
    this.found(text);
  }
}
