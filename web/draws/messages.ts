/** What the page asks of its worker, and what the worker answers. */

import type { Answer } from "./answer.ts";
import type { Finding } from "./checks.ts";
import type { Saying } from "./sayings.ts";
import type { Row } from "./tables.ts";

/** The files of a draw that was made, by name. */
export interface CheckDraw {
  kind: "check";
  files: [name: string, content: ArrayBuffer][];
}

/** The closed list of a draw that is still to come. */
export interface ReadList {
  kind: "list";
  applications: ArrayBuffer;
}

/** One receipt in whatever was read before. */
export interface AskForReceipt {
  kind: "receipt";
  typed: string;
}

export type Question = CheckDraw | ReadList | AskForReceipt;

/** What the checks found; `seed` is null when a file was malformed, `frozenSha256` when frozen.json is missing. */
export interface Report {
  kind: "report";
  findings: Finding[];
  root: string | null;
  seed: string | null;
  frozenSha256: string | null;
}

/** The root of the closed list and its size; `trouble` says what is wrong with the file. */
export interface ListRead {
  kind: "list";
  root: string | null;
  rows: number;
  trouble: Saying | null;
}

/** The receipt in the draw or in the closed list; both are null when it is nowhere. */
export interface ReceiptFound {
  kind: "receipt";
  answer: Answer | null;
  row: Row | null;
}

export type Reply = Report | ListRead | ReceiptFound;

/** A question with its number. */
export interface Asked {
  id: number;
  question: Question;
}

/** The answer to the question of that number. */
export interface Answered {
  id: number;
  reply: Reply;
}
