// What a device keeps for the time without a network goes when somebody signs out, and the page that it shows then
// leads back by itself as soon as there is a network again.

import { onScreen } from "../shared/screens.ts";

const OURS = "kashiman-wallet-";

onScreen("[data-offline]", () => {
  const leave = (): void => window.location.replace("/wallet/");
  window.addEventListener("online", leave);
  return () => window.removeEventListener("online", leave);
});

onScreen('form[action="/wallet/sign-out"]', (form) => {
  form.addEventListener("submit", (event) => {
    if (!("caches" in window)) return;
    event.preventDefault();
    void forget().finally(() => (form as HTMLFormElement).submit());
  });
});

async function forget(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration("/wallet/");
  await registration?.unregister();
  await Promise.all((await caches.keys()).filter((name) => name.startsWith(OURS)).map((name) => caches.delete(name)));
}
