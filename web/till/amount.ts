// The amount: a field like any other, with a large pad of numbers below it. A scanner's digits never get into it.

import { onScreen } from "../shared/screens.ts";

const DIGITS_MAX = 9;

onScreen("[data-pad]", (pad) => {
  const field = pad.closest("form")?.querySelector<HTMLInputElement>("#amount");
  if (!field) return;
  pad.hidden = false;
  field.addEventListener("input", () => writeAmount(field, field.value));
  pad.addEventListener("click", (event) => {
    const button = (event.target as Element).closest("button");
    if (!button) return;
    const digits = String(amountIn(field) || "");
    writeAmount(field, "erase" in button.dataset ? digits.slice(0, -1) : digits + button.dataset.digit);
  });
  if (field.value) writeAmount(field, field.value);
});

/** The whole yen in a field; nothing typed is 0. */
export function amountIn(field: HTMLInputElement): number {
  return Number(digitsOf(field.value));
}

/** Writes an amount as people read it: no zeros in front, a comma at the thousands. */
export function writeAmount(field: HTMLInputElement, typed: string): void {
  const digits = digitsOf(typed).replace(/^0+/, "").slice(0, DIGITS_MAX);
  const written = digits && yen(Number(digits));
  if (field.value !== written) field.value = written;
}

/** 1280 as 1,280. */
export function yen(amount_yen: number): string {
  return amount_yen.toLocaleString("ja-JP");
}

function digitsOf(typed: string): string {
  return typed.normalize("NFKC").replace(/\D/g, "");
}
