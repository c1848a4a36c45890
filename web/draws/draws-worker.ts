/** The worker: computes beside the page, so that an old telephone stays usable meanwhile. */

import { bytesToHex } from "@noble/hashes/utils.js";

import { answer } from "./answer.ts";
import { Malformed } from "./canonical-json.ts";
import { type ClosedList, findListed, readClosedList } from "./listed.ts";
import type { Answered, Asked, ListRead, Question, ReceiptFound, Reply, Report } from "./messages.ts";
import { type CheckedDraw, verify } from "./verify.ts";

let draw: CheckedDraw | null = null;
let list: ClosedList | null = null;

onmessage = ({ data }: MessageEvent<Asked>) => {
  postMessage({ id: data.id, reply: replyTo(data.question) } satisfies Answered);
};

function replyTo(question: Question): Reply {
  switch (question.kind) {
    case "check":
      return check(question.files);
    case "list":
      return readList(question.applications);
    case "receipt":
      return find(question.typed);
  }
}

function check(files: [string, ArrayBuffer][]): Report {
  const verification = verify(new Map(files.map(([name, content]) => [name, new Uint8Array(content)])));
  draw = verification.draw;
  return {
    kind: "report",
    findings: verification.findings,
    root: draw && bytesToHex(draw.outcome.root),
    seed: draw && bytesToHex(draw.outcome.seed),
    frozenSha256: verification.frozenSha256,
  };
}

function readList(applications: ArrayBuffer): ListRead {
  try {
    list = readClosedList(new Uint8Array(applications));
    return { kind: "list", root: list.root, rows: list.rows.length, trouble: null };
  } catch (failure) {
    if (failure instanceof Malformed) return { kind: "list", root: null, rows: 0, trouble: failure.why };
    throw failure;
  }
}

function find(typed: string): ReceiptFound {
  return { kind: "receipt", answer: draw && answer(draw, typed), row: list && findListed(list, typed) };
}
