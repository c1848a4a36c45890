// Paying: sent once, waited for honestly, and never called a failure while nobody knows.

import { say } from "../shared/said.ts";
import { onScreen, showScreen } from "../shared/screens.ts";
import { keysAt } from "../shared/signed-result.ts";
import { allowSound } from "../shared/sounds.ts";
import { forget, isPending, remember } from "./pending-payments.ts";

interface Answer {
  page: string;
  address: string;
}

const SLOW_AFTER_MS = 2000;
const GIVE_UP_AFTER_MS = 15_000;
const KEYS = "/wallet/payments/keys";

onScreen("form[data-pay]", (element) => {
  const form = element as HTMLFormElement;
  const check = checkAddress(form);
  // Somebody reloaded, or came back, while a payment was on its way: what counts is what became of it.
  if (isPending(check)) return location.replace(check);
  void keysAt(KEYS).catch(() => undefined);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    allowSound();
    void pay(form, check);
  });
});

async function pay(form: HTMLFormElement, check: string): Promise<void> {
  if (form.dataset.isSent) return;
  form.dataset.isSent = "yes";
  remember(check);
  const news = document.querySelector<HTMLElement>("[data-pay-news]")!;
  const button = form.querySelector<HTMLButtonElement>("button")!;
  button.textContent = button.dataset.waiting ?? "";
  button.setAttribute("aria-disabled", "true");
  const slow = window.setTimeout(() => say(news, "slow"), SLOW_AFTER_MS);
  const body = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
  const answer = await ask(form.action, { method: "POST", body });
  window.clearTimeout(slow);
  if (answer) return show(answer, check);
  form.parentElement!.hidden = true;
  say(news, "unknown");
  offerCheck(news, check);
}

function offerCheck(news: HTMLElement, check: string): void {
  const button = news.querySelector<HTMLAnchorElement>("[data-check-now]")!;
  const state = news.querySelector<HTMLElement>("[data-check-state]")!;
  button.href = check;
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    allowSound();
    say(state, null);
    const answer = await ask(check);
    if (answer) show(answer, check);
    else say(state, "unreachable");
  });
  button.focus();
}

/** Asks and reads the answer to its end; nothing where it did not come in time, or not whole. */
async function ask(address: string, how: RequestInit = {}): Promise<Answer | null> {
  try {
    const answer = await fetch(address, { ...how, signal: AbortSignal.timeout(GIVE_UP_AFTER_MS) });
    return { page: await answer.text(), address: answer.url };
  } catch {
    return null;
  }
}

/** Shows the page that came, and forgets the payment once it says what became of it. */
function show({ page, address }: Answer, check: string): void {
  const { pathname } = new URL(address);
  // Signed out meanwhile: the first screen will offer to look, after signing in.
  if (pathname === "/wallet/sign-in") return location.assign(address);
  // The answer to a form has no address of its own; whoever reloads it, looks again.
  showScreen(page, pathname === "/wallet/pay" ? check : address);
  if (document.querySelector("[data-settled]")) forget(check);
}

function checkAddress(form: HTMLFormElement): string {
  const { form_key = "", code = "", amount_yen = "" } = Object.fromEntries(new FormData(form)) as Record<string, string>;
  return `${form.dataset.check}?${new URLSearchParams({ form_key, code, amount_yen })}`;
}
