// Signs of life of a call: how long it is usual that nothing arrives, and whether it is longer now.

/** A browser asks the other end for a sign of life every 2.5 s: without one for so long the way may be gone. */
const MOST_MS = 2800;
/** Where sound comes all the time, silence is unusual much sooner; but a network may stall for so long. */
const LEAST_MS = 1000;
/** So many times the longest wait of the call is unusual. */
const UNUSUAL = 4;
/** What is usual is known after this time. */
const LEARN_MS = 5000;

/** Times are in ms, of any clock that only goes forward. */
export class Signs {
  #count = -1;
  #since = 0;
  #at = 0;
  #longest = 0;

  /** Takes how much has arrived since the call began. */
  see(count: number, now: number): void {
    if (count === this.#count) return;
    if (this.#count < 0) this.#since = now;
    else this.#longest = Math.max(this.#longest, now - this.#at);
    this.#count = count;
    this.#at = now;
  }

  /** How much had arrived when it was last looked. */
  get count(): number {
    return this.#count;
  }

  /** Whether nothing has come for longer than is usual. */
  isQuiet(now: number): boolean {
    const known = this.#at - this.#since >= LEARN_MS;
    const most = known ? Math.max(LEAST_MS, Math.min(MOST_MS, UNUSUAL * this.#longest)) : MOST_MS;
    return this.#count >= 0 && now - this.#at >= most;
  }
}
