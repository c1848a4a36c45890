// A payment is announced once per device, whichever comes first: the answer to this till's own form, or the feed.

import { play } from "../shared/sounds.ts";
import { sayAmount } from "./voice.ts";

const announced = new Set<string>();

/** Whether a movement was not announced on this page yet; from now on it was. */
export function isNews(id: string): boolean {
  const isNew = !announced.has(id);
  announced.add(id);
  return isNew;
}

/** Sound and voice of money that arrived. */
export function announcePaid(amount_yen: number): void {
  play("paid");
  sayAmount(amount_yen);
}
