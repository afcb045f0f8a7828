/** Who waits for a stream: of which peer, and how it is let in. */
interface Waiting<P> {
  peer: P;
  enter(): void;
}

/**
 * Streams at once: of each peer, and in all. No peer takes the last quarter where others could want it, and of those who
 * wait the peer with the fewest streams comes first, so that one large transfer does not keep a small one of another peer out.
 */
export class Lanes<P> {
  readonly #most: number;
  readonly #perPeer: (peer: P) => number;
  readonly #running = new Map<P, number>();
  #waiting: Waiting<P>[] = [];

  constructor(most: number, perPeer: (peer: P) => number) {
    this.#most = most;
    this.#perPeer = perPeer;
  }

  /** Streams of a peer under way. */
  running(peer: P): number {
    return this.#running.get(peer) ?? 0;
  }

  /** True where a stream could begin at once. */
  isFree(peer: P): boolean {
    const all = [...this.#running.values()].reduce((sum, count) => sum + count, 0);
    const share = Math.min(this.#perPeer(peer), Math.max(1, Math.ceil((this.#most * 3) / 4)));
    return all < this.#most && this.running(peer) < share;
  }

  /** Begins a stream where one may begin; what is given back ends it. */
  tryEnter(peer: P): (() => void) | undefined {
    if (!this.isFree(peer)) return undefined;
    this.#running.set(peer, this.running(peer) + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const rest = this.running(peer) - 1;
      if (rest > 0) this.#running.set(peer, rest);
      else this.#running.delete(peer);
      this.#next();
    };
  }

  /** The same, in turn. Rejects with the reason of the signal when that is aborted first. */
  enter(peer: P, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const waiting: Waiting<P> = {
        peer,
        enter: () => {
          signal.removeEventListener('abort', give);
          resolve(this.tryEnter(peer)!);
        },
      };
      const give = () => {
        this.#waiting = this.#waiting.filter((each) => each !== waiting);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', give, { once: true });
      this.#waiting.push(waiting);
      this.#next();
    });
  }

  #next(): void {
    for (;;) {
      const able = this.#waiting.filter(({ peer }) => this.isFree(peer));
      const next = able.reduce<Waiting<P> | undefined>(
        (best, each) => (best === undefined || this.running(each.peer) < this.running(best.peer) ? each : best),
        undefined,
      );
      if (next === undefined) return;
      this.#waiting = this.#waiting.filter((each) => each !== next);
      next.enter();
    }
  }
}
