// A form that moves money: sent once, waited for honestly, and never called a failure while nobody knows. Whoever
// checks sends the same form with the same key, so nothing can happen twice.

import { say } from "../shared/said.ts";
import { onScreen, showScreen } from "../shared/screens.ts";
import { allowSound, play } from "../shared/sounds.ts";

const SLOW_AFTER_MS = 2000;
const GIVE_UP_AFTER_MS = 15_000;
const FIELDS_WRONG = 422;
const SIGN_IN = "/shop/sign-in";

onScreen("form[data-once]", (element) => {
  const form = element as HTMLFormElement;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if ("isSent" in form.dataset) return;
    form.dataset.isSent = "yes";
    allowSound();
    const asked = new FormData(form, event.submitter);
    const action = event.submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "";
    void send(form, action, new URLSearchParams(asked as unknown as Record<string, string>));
  });
});

async function send(form: HTMLFormElement, action: string, body: URLSearchParams): Promise<void> {
  const news = form.querySelector<HTMLElement>("[data-news]")!;
  const slow = window.setTimeout(() => say(news, "slow"), SLOW_AFTER_MS);
  try {
    await ask(action, body);
  } catch {
    sayUnknown(form, news, () => send(form, action, body));
  } finally {
    window.clearTimeout(slow);
  }
}

async function ask(action: string, body: URLSearchParams): Promise<void> {
  const answer = await fetch(action, { method: "POST", body, signal: AbortSignal.timeout(GIVE_UP_AFTER_MS) });
  const page = await answer.text();
  if (new URL(answer.url).pathname === SIGN_IN) return location.assign(answer.url);
  // The answer to a form has no address of its own; whoever reloads it is back at the form.
  showScreen(page, answer.redirected ? answer.url : location.href);
  if (answer.status >= 400 && answer.status !== FIELDS_WRONG) play("failed");
  else if (document.querySelector("[data-given-back]")) play("refunded");
}

function sayUnknown(form: HTMLFormElement, news: HTMLElement, again: () => Promise<void>): void {
  for (const part of form.children) if (part !== news) part.setAttribute("hidden", "");
  say(news, "unknown");
  const check = news.querySelector<HTMLButtonElement>("[data-check]")!;
  check.addEventListener("click", () => {
    say(news, "slow");
    void again();
  });
  news.querySelector<HTMLElement>("[role=alert]")!.focus();
}
