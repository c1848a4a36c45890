// A second tap is harmless, as the form has a key; but whoever waits should see that something happens.

import { onScreen } from "./screens.ts";

onScreen("form[data-once]", (form) => {
  let isSent = false;
  form.addEventListener("submit", (event) => {
    if (isSent) return event.preventDefault();
    isSent = true;
    const button = form.querySelector<HTMLElement>("[data-waiting]");
    if (button) button.textContent = button.dataset.waiting ?? "";
  });
});

window.addEventListener("pageshow", (event) => {
  // A page out of the browser's memory shows money of another moment, and its forms were sent already.
  if (event.persisted) window.location.reload();
});
