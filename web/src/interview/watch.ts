// Watches whether anything still arrives on a connection.
import { Signs } from "./signs";

/** So often it is looked whether something arrived. */
const LOOK_MS = 250;
/** What does not arrive within this time does not come any more. */
const LAST_MS = 700;

export class Watch {
  readonly #pc: RTCPeerConnection;
  readonly #onQuiet: () => void;
  readonly #signs = new Signs();
  #timer: ReturnType<typeof setInterval> | undefined;
  #isOver = false;

  /** `onQuiet` is told at each look, for as long as it is quiet. */
  constructor(pc: RTCPeerConnection, onQuiet: () => void) {
    this.#pc = pc;
    this.#onQuiet = onQuiet;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
  }

  stop(): void {
    this.#isOver = true;
    clearInterval(this.#timer);
  }

  /** Acts if it is quiet, and nothing comes at the last moment either. */
  ifQuiet(act: () => void): void {
    const { count } = this.#signs;
    if (!this.#signs.isQuiet(performance.now())) return;
    setTimeout(() => this.#signs.count === count && act(), LAST_MS);
  }

  async #look(): Promise<void> {
    const count = await arrived(this.#pc);
    if (this.#isOver || count === null) return;
    const now = performance.now();
    this.#signs.see(count, now);
    if (this.#signs.isQuiet(now)) this.#onQuiet();
  }
}

/** How much has arrived, signs of life included; null where the browser does not tell. */
async function arrived(pc: RTCPeerConnection): Promise<number | null> {
  let sum: number | null = null;
  const stats = await pc.getStats().catch(() => null);
  stats?.forEach((report: Partial<RTCStats & RTCIceCandidatePairStats>) => {
    if (report.type !== "candidate-pair") return;
    for (const count of [report.bytesReceived, report.responsesReceived, report.requestsReceived])
      if (count !== undefined) sum = (sum ?? 0) + count;
  });
  return sum;
}
