// The wallet on a telephone's first screen: its service worker, and the offer to put it there.

import { onScreen } from "../shared/screens.ts";

interface InstallOffer extends Event {
  prompt(): Promise<unknown>;
}

const SCRIPT = "/wallet/service-worker.js";
let offer: InstallOffer | null = null;

window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  offer = event as InstallOffer;
  showOffer();
});
window.addEventListener("appinstalled", () => {
  offer = null;
  showOffer();
});
// Never in the way of the page itself.
window.addEventListener("load", () => void register());

onScreen("[data-install]", (place) => {
  const now = place.querySelector<HTMLButtonElement>("[data-install-now]")!;
  place.querySelector<HTMLElement>("[data-installed]")!.hidden = !matchMedia("(display-mode: standalone)").matches;
  showOffer();
  now.addEventListener("click", () => {
    void offer?.prompt();
    offer = null;
    showOffer();
  });
});

function showOffer(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-install-now]")) button.hidden = !offer;
}

async function register(): Promise<void> {
  try {
    await navigator.serviceWorker?.register(SCRIPT, { scope: "/wallet/" });
  } catch {
    // Without one the browser itself says that there is no network.
  }
}
