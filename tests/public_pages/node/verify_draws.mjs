// Verifies draw after draw: a line of JSON with the files in base64 and receipts in, a line with what was found out.

import { createInterface } from "node:readline";

import { answer } from "../../../web/draws/answer.ts";
import { verify } from "../../../web/draws/verify.ts";

const hex = (bytes) => Buffer.from(bytes).toString("hex");

for await (const line of createInterface({ input: process.stdin })) {
  const { files, receipts } = JSON.parse(line);
  const bytes = Object.entries(files).map(([name, content]) => [name, new Uint8Array(Buffer.from(content, "base64"))]);
  const { findings, draw } = verify(new Map(bytes));
  const told = {
    findings: findings.map(({ state, check }) => [state, check]),
    root: draw && hex(draw.outcome.root),
    seed: draw && hex(draw.outcome.seed),
    order: draw && draw.outcome.order.map((row) => row.receipt),
    granted: draw && draw.outcome.granted,
    answers: draw && receipts.map((receipt) => answer(draw, receipt)),
  };
  console.log(JSON.stringify(told));
}
