/** The page's line to its worker: each question gets its own answer, however many are asked at once. */

import type { Answered, Asked, Question, Reply } from "./messages.ts";

interface Waiting {
  resolve: (reply: Reply) => void;
  reject: (failure: Error) => void;
}

export class WorkerLink {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;

  constructor(address: string) {
    this.#worker = new Worker(address);
    this.#worker.onmessage = ({ data }: MessageEvent<Answered>) => this.#settle(data);
    this.#worker.onerror = (event) => this.#fail(new Error(event.message));
  }

  /** Ask and wait. Rejects when the worker cannot be loaded or breaks. */
  ask<Wanted extends Reply>(question: Question): Promise<Wanted> {
    const id = this.#asked++;
    return new Promise<Reply>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, question } satisfies Asked);
    }) as Promise<Wanted>;
  }

  #settle({ id, reply }: Answered): void {
    this.#waiting.get(id)?.resolve(reply);
    this.#waiting.delete(id);
  }

  #fail(failure: Error): void {
    for (const { reject } of this.#waiting.values()) reject(failure);
    this.#waiting.clear();
  }
}
