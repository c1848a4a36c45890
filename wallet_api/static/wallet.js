// What the wallet's pages do beyond forms and links. Without this script every page still works.

"use strict";

const POLL_EVERY_MS = 2000;

for (const form of document.querySelectorAll("form[data-once]")) sendOnce(form);
for (const clock of document.querySelectorAll("[data-clock]")) runClock(clock);
for (const code of document.querySelectorAll("[data-code]")) {
  countDown(code);
  watchForPayment(code);
}

// A second tap is harmless (the form has a key), but somebody who waits should see that something happens.
function sendOnce(form) {
  let isSent = false;
  form.addEventListener("submit", (event) => {
    if (isSent) return event.preventDefault();
    isSent = true;
    const button = form.querySelector("[data-waiting]");
    if (button) button.textContent = button.dataset.waiting;
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
}

// A clock that runs cannot be a picture of a screen. It goes by the city's time, not by the device's.
function runClock(clock) {
  const write = new Intl.DateTimeFormat("ja-JP", { timeZone: "Asia/Tokyo", timeStyle: "medium" });
  const ahead = Date.parse(clock.dataset.now) - Date.now();
  const show = () => { clock.textContent = `いま ${write.format(Date.now() + ahead)}`; };
  clock.hidden = false;
  show();
  window.setInterval(show, 1000);
}

function countDown(code) {
  const endsAt = performance.now() + Number(code.dataset.lifetimeS) * 1000;
  const left = code.querySelector("[data-countdown]");
  const timer = window.setInterval(show, 250);
  show();

  function show() {
    const seconds = Math.ceil((endsAt - performance.now()) / 1000);
    if (seconds > 0) {
      left.textContent = `あと ${seconds} 秒`;
      return;
    }
    window.clearInterval(timer);
    left.hidden = true;
    code.querySelector("[data-picture]").hidden = true;
    code.querySelector("[data-over]").hidden = false;
    document.querySelector("[data-again]").classList.add("button-first");
  }
}

// The shop's screen is the truth; this only brings the resident's own page to the payment once it is in the books.
function watchForPayment(code) {
  const address = `/wallet/code/outcome?since=${encodeURIComponent(code.dataset.since)}`;
  const endsAt = performance.now() + (Number(code.dataset.lifetimeS) + 30) * 1000;
  const timer = window.setInterval(look, POLL_EVERY_MS);

  async function look() {
    if (performance.now() > endsAt) return window.clearInterval(timer);
    try {
      const answer = await fetch(address, { redirect: "error" });
      if (answer.status === 200) window.location.assign((await answer.json()).path);
    } catch {
      // Out of reach for a moment; the next look may succeed.
    }
  }
}
