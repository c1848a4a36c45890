// The amount: a field like any other, with a large pad of numbers beside it.

import { onScreen } from "../shared/screens.ts";

onScreen("form[data-amount]", (form) => {
  const field = form.querySelector<HTMLInputElement>("[data-typed-amount]")!;
  const pad = form.querySelector<HTMLElement>("[data-pad]")!;
  const digits_max = Number(form.dataset.digitsMax);
  const write = (typed: string): void => {
    const digits = typed.normalize("NFKC").replace(/\D/g, "").replace(/^0+/, "").slice(0, digits_max);
    field.value = digits && Number(digits).toLocaleString("ja-JP");
  };
  pad.hidden = false;
  field.inputMode = "none"; // The pad is there, so the telephone's own keyboard would only cover it.
  field.addEventListener("input", () => write(field.value));
  pad.addEventListener("mousedown", (event) => event.preventDefault()); // The field keeps the focus.
  pad.addEventListener("click", (event) => {
    const button = (event.target as Element).closest("button");
    if (!button) return;
    write("erase" in button.dataset ? field.value.replace(/\d\D*$/, "") : field.value + button.dataset.key);
  });
  if (field.value && /\d/.test(field.value)) write(field.value);
  field.focus();
});
