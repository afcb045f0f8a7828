import type { Progress } from '../edge/index.js';
import type { Io } from './io.js';
import { bytes, count, seconds } from './text.js';

const WIDTH = 24;

/** One line on the terminal that shows how far long work is. Draws nothing where nobody looks. */
export class Bar {
  readonly #io: Io;
  readonly #shown: boolean;
  readonly #started = performance.now();

  constructor(io: Io) {
    this.#io = io;
    this.#shown = io.terminal.err;
  }

  update(
    { phase, done, total, unit }: Progress,
    more: { bytesPerSecond?: number | null; secondsLeft?: number | null } = {},
  ): void {
    if (!this.#shown) return;
    const amount = (value: number) => (unit === 'bytes' ? bytes(value) : count(value));
    const parts = [phase];
    if (total !== undefined && total > 0) {
      const share = Math.min(1, done / total);
      parts.push(`[${'='.repeat(Math.round(share * WIDTH)).padEnd(WIDTH)}] ${Math.floor(share * 100)} %`);
      parts.push(`${amount(done)} of ${amount(total)}${unit === 'bytes' ? '' : ` ${unit}`}`);
    } else {
      parts.push(`${amount(done)}${unit === 'bytes' ? '' : ` ${unit}`}`);
    }
    if (more.bytesPerSecond) parts.push(`${bytes(more.bytesPerSecond)}/s`);
    const left = more.secondsLeft ?? this.#guess(done, total);
    if (left !== undefined) parts.push(`${seconds(left)} left`);
    this.#io.err(`\r\u001b[K${parts.join('  ')}`);
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#shown) this.#io.err('\r\u001b[K');
  }

  #guess(done: number, total: number | undefined): number | undefined {
    const elapsed = (performance.now() - this.#started) / 1000;
    return total === undefined || done === 0 || elapsed < 1 ? undefined : (elapsed * (total - done)) / done;
  }
}
