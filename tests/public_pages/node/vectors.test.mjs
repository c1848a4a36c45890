// The published vectors of kashiman-lottery-v1, value by value, against the modules that run in the browser.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { allocate, waitingPlaces } from "../../../web/draws/allocation.ts";
import { isQuicknetSignature, roundAppearsAt } from "../../../web/draws/beacon.ts";
import { decimal, utf8 } from "../../../web/draws/bytes.ts";
import { rankOrder, seedOf } from "../../../web/draws/draw.ts";
import { commitment, DOMAIN, hashParts, leaf } from "../../../web/draws/hashing.ts";
import { levelsOf, rootOf } from "../../../web/draws/merkle.ts";
import { verify } from "../../../web/draws/verify.ts";

const vectors = JSON.parse(readFileSync(new URL("../../data/lottery-vectors.json", import.meta.url), "utf8"));
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const raw = (text) => new Uint8Array(Buffer.from(text, "hex"));
const leavesOf = (rows) => rows.map((row) => leaf(row.receipt, row.units, row.group));
const bytesOf = (texts) => new Map(Object.entries(texts).map(([name, text]) => [name, utf8(text)]));

test("hashes of parts", () => {
  assert.equal(vectors.hash.length, 6);
  for (const { parts_hex, digest } of vectors.hash) assert.equal(hex(hashParts(...parts_hex.map(raw))), digest);
  assert.equal(vectors.domain, Buffer.from(DOMAIN).toString());
});

test("leaves, levels and roots of 0 to 5 rows", () => {
  assert.equal(vectors.roots.length, 6);
  for (const { applications, leaves, leaves_sorted, levels_above_leaves, root } of vectors.roots) {
    const computed = leavesOf(applications);
    const levels = levelsOf(computed).map((level) => level.map(hex));
    assert.deepEqual(computed.map(hex), leaves);
    if (leaves.length > 0) assert.deepEqual(levels, [leaves_sorted, ...levels_above_leaves]);
    assert.equal(hex(rootOf(computed)), root);
    assert.equal(hex(rootOf(computed.toReversed())), root);
  }
});

test("receipt digests and running leaves", () => {
  for (const { campaign, receipt, version, units, received_at, digest, running_leaf } of vectors.receipts) {
    const promised = [utf8(campaign), utf8(receipt), decimal(version), decimal(units), utf8(received_at)];
    assert.equal(hex(hashParts(DOMAIN, utf8("receipt"), ...promised)), digest);
    assert.equal(hex(leaf(receipt, units, receipt)), running_leaf);
  }
});

test("commitments and rounds", () => {
  for (const { secret, commitment: expected } of vectors.commitments) {
    assert.equal(hex(commitment(raw(secret))), expected);
  }
  for (const { round, unix_time } of vectors.rounds) assert.equal(roundAppearsAt(round), unix_time);
});

test("seeds, tickets, orders, granted units and waiting lists", () => {
  assert.equal(vectors.draws.length, 6);
  for (const draw of vectors.draws) {
    const root = rootOf(leavesOf(draw.applications));
    assert.equal(hex(root), draw.root);
    const seed = seedOf(draw, root);
    assert.equal(hex(seed), draw.seed);
    const order = rankOrder(seed, draw.applications);
    assert.deepEqual(order.map((row) => row.receipt), draw.order);
    assert.deepEqual(Object.fromEntries(order.map((row) => [row.receipt, hex(row.ticket)])), draw.tickets);
    for (const example of draw.cases) checkCase(order, example);
  }
});

function checkCase(order, { rule, budget, granted, waitlist }) {
  const requests = order.map((row) => row.units);
  const got = allocate(rule, requests, budget).granted;
  assert.deepEqual(Object.fromEntries(order.map((row, index) => [row.receipt, got[index]])), granted);
  const places = [...waitingPlaces(rule, requests, got)];
  assert.deepEqual(places.map(({ index, units }) => [order[index].receipt, units]), waitlist);
}

test("the published draw is verified, and each tampered variant is refused for its reason", () => {
  const [{ texts, sha256, tampered }] = vectors.files;
  const { findings, frozenSha256 } = verify(bytesOf(texts));
  assert.deepEqual(new Set(findings.map(({ state }) => state)), new Set(["OK", "NOTE"]));
  assert.equal(frozenSha256, sha256["frozen.json"]);
  assert.equal(tampered.length, 31);
  for (const { name, reason, bad, replace } of tampered) {
    const found = badIn(verify(bytesOf({ ...texts, ...replace })));
    assert.ok(found.includes(reason), name);
    // Where the list itself is not the published one, what follows from it may differ between implementations.
    const follows = bad.includes("V2") || bad.includes("V3") ? ["V8", "V9", "V10"] : [];
    const firm = (checks) => checks.filter((check) => !follows.includes(check));
    assert.deepEqual(firm(found), firm(bad), name);
  }
});

function badIn({ findings }) {
  const bad = findings.filter(({ state }) => state === "BAD").map(({ check }) => check);
  return [...new Set(bad)].sort((left, right) => left.slice(1) - right.slice(1));
}

test("a signature belongs to one round, and nothing else is one", () => {
  const { round, signature } = vectors.draws[0];
  const infinity = `c0${"00".repeat(47)}`;
  const outsideTheSubgroup = `80${"00".repeat(46)}04`;
  assert.ok(isQuicknetSignature(round, raw(signature)));
  assert.ok(!isQuicknetSignature(round + 1, raw(signature)));
  assert.ok(!isQuicknetSignature(Number.MAX_SAFE_INTEGER, raw(signature)));
  for (const other of [infinity, outsideTheSubgroup, "ff".repeat(48), "00".repeat(48)]) {
    assert.ok(!isQuicknetSignature(round, raw(other)), other);
  }
});
