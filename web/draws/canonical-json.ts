/** JSON to the letter: RFC 8785 for integers, and one line feed. */

import { type Saying, saying } from "./sayings.ts";

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}

/** A file is not to the letter of its format; `why` says where. */
export class Malformed extends Error {
  readonly why: Saying;

  constructor(why: Saying) {
    super(why.says);
    this.why = why;
  }
}

const NAME = /^[a-z0-9_]{1,32}$/;
const HALF_OF_A_PAIR = /\p{Surrogate}/u;

/** Read one canonical object. Throws Malformed. */
export function readCanonicalObject(bytes: Uint8Array): JsonObject {
  const text = decoded(bytes);
  const value = parsed(text);
  if (!isObject(value)) throw new Malformed(saying("not-one-object"));
  if (`${canonicalText(value)}\n` !== text) throw new Malformed(saying("not-canonical"));
  return value;
}

/** Write a value canonically. Throws Malformed for what the format does not have. */
export function canonicalText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (isObject(value)) return `{${Object.keys(value).sort().map((name) => memberText(name, value[name]!)).join(",")}}`;
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new Malformed(saying("not-safe-integer"));
  if (typeof value === "string" && HALF_OF_A_PAIR.test(value)) throw new Malformed(saying("not-characters"));
  return JSON.stringify(value);
}

/** Whether a value is an object, not a list and not null. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function memberText(name: string, value: Json): string {
  if (!NAME.test(name)) throw new Malformed(saying("name-not-allowed"));
  return `"${name}":${canonicalText(value)}`;
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Malformed(saying("not-utf-8"));
  }
}

function parsed(text: string): Json {
  try {
    const value: Json = JSON.parse(text);
    canonicalText(value);
    return value;
  } catch (failure) {
    if (failure instanceof Malformed) throw failure;
    throw new Malformed(saying("not-json"));
  }
}
