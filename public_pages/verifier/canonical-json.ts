/** JSON to the letter: RFC 8785 for integers, and one line feed. */

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}

/** A file is not to the letter of its format; the message says where, in Japanese. */
export class Malformed extends Error {}

const NAME = /^[a-z0-9_]{1,32}$/;
const HALF_OF_A_PAIR = /\p{Surrogate}/u;

/** Read one canonical object. Throws Malformed. */
export function readCanonicalObject(bytes: Uint8Array): JsonObject {
  const text = decoded(bytes);
  const value = parsed(text);
  if (!isObject(value)) throw new Malformed("ひとつのオブジェクトではありません");
  if (`${canonicalText(value)}\n` !== text) {
    throw new Malformed("順番・空白・文字の書き方・最後の改行のどれかが、決まりと違います");
  }
  return value;
}

/** Write a value canonically. Throws Malformed for what the format does not have. */
export function canonicalText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (isObject(value)) return `{${Object.keys(value).sort().map((name) => memberText(name, value[name]!)).join(",")}}`;
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new Malformed("2の53乗より小さい整数でない数があります");
  }
  if (typeof value === "string" && HALF_OF_A_PAIR.test(value)) throw new Malformed("文字として読めない記号があります");
  return JSON.stringify(value);
}

/** Whether a value is an object, not a list and not null. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function memberText(name: string, value: Json): string {
  if (!NAME.test(name)) throw new Malformed("項目の名前が決まりと違います");
  return `"${name}":${canonicalText(value)}`;
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Malformed("UTF-8 ではありません");
  }
}

function parsed(text: string): Json {
  try {
    const value: Json = JSON.parse(text);
    canonicalText(value);
    return value;
  } catch (failure) {
    if (failure instanceof Malformed) throw failure;
    throw new Malformed("JSON として読めません");
  }
}
