// Bundles the scripts of the page into ../static; `make verifier` runs it.

import { fileURLToPath } from "node:url";

import { build } from "esbuild";

await build({
  absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
  entryPoints: ["draws.ts", "draws-worker.ts"],
  outdir: "../static",
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "eof",
  logLevel: "warning",
});
