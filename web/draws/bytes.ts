/** Bytes and the ways in which the protocol writes them. */

const encoder = new TextEncoder();

/** Text as UTF-8. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** A number in decimal ASCII, as it enters a hash. */
export function decimal(value: number): Uint8Array {
  return utf8(String(value));
}

/** A number as 8 bytes, the most significant first. */
export function eightBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

/** Negative, zero or positive as `left` comes before, with or after `right`: bytewise, unsigned, shorter first. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const shorter = Math.min(left.length, right.length);
  for (let place = 0; place < shorter; place++) {
    const difference = left[place]! - right[place]!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
