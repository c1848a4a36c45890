// Payments of which this device does not know yet what became of them. It keeps where to look, and nothing about
// whose they are, so that closing the page or the browser loses nothing.

import { onScreen } from "../shared/screens.ts";

const PLACE = "kashiman.pending-payments";
const KEPT_MAX = 5;
const SETTLED = "#settled=";

/** Remembers where to look what became of a payment. */
export function remember(checkAddress: string): void {
  keep([checkAddress, ...pending().filter((other) => other !== checkAddress)].slice(0, KEPT_MAX));
}

/** What became of a payment is known. */
export function forget(checkAddress: string): void {
  keep(pending().filter((other) => other !== checkAddress));
}

export function isPending(checkAddress: string): boolean {
  return pending().includes(checkAddress);
}

onScreen("[data-pending-payment]", (notice) => {
  const [newest] = pending();
  if (!newest) return;
  notice.querySelector<HTMLAnchorElement>("[data-check]")!.href = newest;
  notice.hidden = false;
});
onScreen("[data-settled]", (screen) => {
  const key = screen.dataset.settled || (location.hash.startsWith(SETTLED) ? decodeURIComponent(location.hash.slice(SETTLED.length)) : "");
  if (key) keep(pending().filter((address) => new URL(address, location.href).searchParams.get("form_key") !== key));
});
onScreen('form[action="/wallet/sign-out"]', (form) => form.addEventListener("submit", () => keep([])));

function pending(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PLACE) ?? "[]");
    return Array.isArray(kept) ? kept.filter((entry) => typeof entry === "string" && entry.startsWith("/wallet/")) : [];
  } catch {
    return [];
  }
}

function keep(addresses: string[]): void {
  try {
    if (addresses.length) localStorage.setItem(PLACE, JSON.stringify(addresses));
    else localStorage.removeItem(PLACE);
  } catch {
    // A browser that keeps nothing still has the address of the page.
  }
}
