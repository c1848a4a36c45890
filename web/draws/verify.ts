/** The second implementation of the verifier: the published files in, what every check found out. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

import { Malformed } from "./canonical-json.ts";
import { type Finding, checkContents } from "./checks.ts";
import { type Files, type Outcome, recompute } from "./draw.ts";
import { readManifest } from "./manifest.ts";
import { saying } from "./sayings.ts";
import { readApplications, readResults, readWaitlist } from "./tables.ts";

/** Files by their published names; `frozen.json` and `waitlist.csv` may be missing. */
export type FileTexts = ReadonlyMap<string, Uint8Array>;

/** The draw as it was read and computed. */
export interface CheckedDraw {
  files: Files;
  outcome: Outcome;
}

/** What came out; `draw` is null when a file was malformed, `frozenSha256` when there was no frozen.json. */
export interface Verification {
  findings: Finding[];
  draw: CheckedDraw | null;
  frozenSha256: string | null;
}

export const REQUIRED_FILES = ["manifest.json", "applications.csv", "results.csv"];
export const OPTIONAL_FILES = ["frozen.json", "waitlist.csv"];

/** Check V1; if every file is well formed, all the other checks too. */
export function verify(texts: FileTexts): Verification {
  const frozen = texts.get("frozen.json");
  const frozenSha256 = frozen ? bytesToHex(sha256(frozen)) : null;
  const { files, findings } = checkForm(texts);
  if (files === null) return { findings, draw: null, frozenSha256 };
  const outcome = recompute(files);
  findings.push(...checkContents(files, outcome));
  return { findings, draw: { files, outcome }, frozenSha256 };
}

function checkForm(texts: FileTexts): { files: Files | null; findings: Finding[] } {
  const findings: Finding[] = [];
  function read<Value>(name: string, reader: (bytes: Uint8Array) => Value): Value | null {
    const bytes = texts.get(name);
    try {
      if (bytes) return reader(bytes);
      if (REQUIRED_FILES.includes(name)) throw new Malformed(saying("file-missing"));
    } catch (failure) {
      if (!(failure instanceof Malformed)) throw failure;
      findings.push({ state: "BAD", check: "V1", told: saying("malformed", { name, why: failure.why }) });
    }
    return null;
  }
  const manifest = read("manifest.json", (bytes) => readManifest(bytes, false));
  const rows = read("applications.csv", readApplications);
  const results = read("results.csv", readResults);
  const frozen = read("frozen.json", (bytes) => readManifest(bytes, true));
  const waitlist = read("waitlist.csv", readWaitlist);
  if (findings.length > 0 || !manifest || !rows || !results) return { files: null, findings };
  findings.push({ state: "OK", check: "V1", told: saying("well-formed") });
  return { files: { manifest, rows, results, frozen, waitlist }, findings };
}
