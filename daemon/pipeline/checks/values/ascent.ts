import type { Column } from '../../../columnar/index.js';
import { storageType, wholes, widthOf } from './access.js';

const WHOLE: ReadonlySet<string> = new Set(['int', 'date', 'time', 'timestamp', 'duration']);

/** Whether whole numbers, nulls aside, have risen from each row to the next so far: then none can be there twice. */
export class Ascent {
  #holds = true;
  #high = Number.NEGATIVE_INFINITY;
  #low = 0;

  get holds(): boolean {
    return this.#holds;
  }

  /** The next rows of the column. */
  see(column: Column): void {
    if (!this.#holds || column.rows === 0) return;
    const type = storageType(column.type);
    this.#holds = WHOLE.has(type.name) && column.nulls === 0;
    if (!this.#holds) return;
    const values = wholes(column);
    if (values instanceof BigInt64Array || values instanceof BigUint64Array) this.#seeWide(values);
    else if (widthOf(type) <= 4) this.#seeNarrow(values);
  }

  #seeNarrow(values: ArrayLike<number>): void {
    let last = this.#high;
    for (let row = 0; row < values.length; row++) {
      const value = values[row]!;
      if (value <= last) this.#holds = false;
      last = value;
    }
    this.#high = last;
  }

  /** By halves: bigints would cost more than all else here. */
  #seeWide(values: BigInt64Array | BigUint64Array): void {
    const { buffer, byteOffset } = values;
    const lows = new Uint32Array(buffer, byteOffset, values.length * 2);
    const highs = values instanceof BigInt64Array ? new Int32Array(buffer, byteOffset, values.length * 2) : lows;
    let [lastHigh, lastLow] = [this.#high, this.#low];
    for (let at = 0; at < lows.length; at += 2) {
      const [high, low] = [highs[at + 1]!, lows[at]!];
      if (high < lastHigh || (high === lastHigh && low <= lastLow)) this.#holds = false;
      lastHigh = high;
      lastLow = low;
    }
    [this.#high, this.#low] = [lastHigh, lastLow];
  }
}
