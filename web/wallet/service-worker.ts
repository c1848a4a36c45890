// Shows that there is no network, and keeps what that page needs: the page itself and the files of the shell. Whatever
// tells of money or of somebody always comes from the network and is never kept. The server writes `shell` in front.

interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Lasting {
  readonly request: Request;
  readonly preloadResponse: Promise<Response | undefined>;
  respondWith(answer: Promise<Response>): void;
}
interface Scope {
  readonly registration: ServiceWorkerRegistration;
  skipWaiting(): Promise<void>;
  addEventListener(name: "install" | "activate", act: (event: Lasting) => void): void;
  addEventListener(name: "fetch", act: (event: Fetching) => void): void;
}
declare const shell: { version: string; page: string; files: string[] };

const worker = self as unknown as Scope;
const OURS = "kashiman-wallet-";
const NAME = OURS + shell.version;

worker.addEventListener("install", (event) => event.waitUntil(fill().then(() => worker.skipWaiting())));
worker.addEventListener("activate", (event) => event.waitUntil(takeOver()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") event.respondWith(navigate(event));
  else if (request.method === "GET" && isOfShell(request.url)) event.respondWith(fetch(request).catch(() => kept(request)));
});

async function fill(): Promise<void> {
  const cache = await caches.open(NAME);
  await cache.addAll([shell.page, ...shell.files].map((address) => new Request(address, { cache: "no-cache" })));
}

async function takeOver(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== NAME);
  await Promise.all(names.map((name) => caches.delete(name)));
  await worker.registration.navigationPreload?.enable();
}

async function navigate(event: Fetching): Promise<Response> {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return kept(shell.page);
  }
}

async function kept(request: Request | string): Promise<Response> {
  const found = await caches.match(request, { ignoreSearch: true, ignoreVary: true });
  return found ?? Response.error();
}

function isOfShell(address: string): boolean {
  const { origin, pathname } = new URL(address);
  return origin === location.origin && shell.files.some((file) => file.split("?")[0] === pathname);
}
