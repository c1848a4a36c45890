// Bundles what browsers load into ../kernel/pages/static/web; `make web` runs it.

import { readFile, rename, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const home = fileURLToPath(new URL(".", import.meta.url));
const into = fileURLToPath(new URL("../kernel/pages/static/web", import.meta.url));
const making = fileURLToPath(new URL(`node_modules/.making-${process.pid}`, import.meta.url));
const FONT = "node_modules/@fontsource/biz-udpgothic";

const shared = {
  absWorkingDir: home,
  outdir: making,
  bundle: true,
  minify: true,
  target: "es2022",
  charset: "utf8",
  legalComments: "eof",
  logLevel: "warning",
};

await Promise.all([
  // The draw's page and its worker stand alone: each is one file that a citizen can save and read.
  build({ ...shared, entryPoints: ["draws/draws.ts", "draws/draws-worker.ts"], entryNames: "[name]", format: "iife" }),
  // The wallet and the till share modules, and load the larger decoder and the map only when they need them.
  build({
    ...shared,
    entryPoints: ["wallet/wallet.ts", "wallet/map.css", "till/till.ts"],
    entryNames: "[name]",
    chunkNames: "chunks/[name]-[hash]",
    assetNames: "assets/[name]-[hash]",
    format: "esm",
    splitting: true,
    loader: { ".wasm": "file", ".png": "file", ".svg": "file" },
  }),
  // Alone, too: a service worker of the wallet, which the wallet serves with the list of what it keeps in front.
  build({ ...shared, entryPoints: ["wallet/service-worker.ts"], entryNames: "[name]", format: "iife" }),
  build({ ...shared, entryPoints: ["look/look.css"], entryNames: "[name]" }),
  build({
    ...shared,
    stdin: { contents: await fontFaces(), resolveDir: `${home}${FONT}`, sourcefile: "fonts.css", loader: "css" },
    outdir: undefined,
    outfile: `${making}/fonts.css`,
    assetNames: "fonts/[name]-[hash]",
    loader: { ".woff2": "file" },
  }),
]);
await rm(into, { recursive: true, force: true });
await rename(making, into);

// The slices of the font. Every browser that can run the rest reads woff2. The two weights of a slice stand side by side,
// so that compressing finds their long ranges of letters to be the same.
async function fontFaces() {
  const sheets = await Promise.all(["400", "700"].map((weight) => readFile(`${home}${FONT}/${weight}.css`, "utf8")));
  const [regular, bold] = sheets.map((sheet) => sheet.match(/@font-face \{[^}]*\}/g));
  return regular
    .flatMap((face, slice) => [face, bold[slice]])
    .join("\n")
    .replaceAll(/, url\([^)]*\.woff\) format\('woff'\)/g, "");
}
