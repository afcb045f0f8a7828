import type { DataType } from '../../../columnar/index.js';
import { timeFound } from './calendar.js';
import { digitsAt } from './digits.js';
import { CAN, numberFound, shapeOf } from './shape.js';

const NUMBERS = CAN.int | CAN.float | CAN.decimal;
const MOMENTS = CAN.naive | CAN.utc;
/** Years that a count of nanoseconds in 64 bits reaches for certain. */
const NANO_YEARS = { first: 1678, last: 2261 };

/**
 * Finds the type of a column of texts that no cell loses anything in: every cell that is not null must fit it and be
 * given back by it. One state a column; cells in any order give the same type.
 */
export class TypeFinder {
  #mask: number;
  #lost = 0;
  #cells = 0;
  #reals = 0;
  #whole = 0;
  #scale = 0;
  #leastScale = Number.POSITIVE_INFINITY;
  #padded = false;
  #fraction = 0;
  #nanoYears = true;

  readonly #writtenByHand: boolean;

  /** `among` bounds what is looked for. Numbers that a format declares as such are numbers however they are written. */
  constructor(among: number = CAN.all, declared = false) {
    this.#mask = among;
    this.#writtenByHand = !declared;
  }

  /** Only text is left: the rest of the cells need not be looked at. */
  get settled(): boolean {
    return this.#mask === 0;
  }

  /** What the cells were, in words, before one came that left only text; undefined where that was the first. */
  get before(): string | undefined {
    if (this.#cells <= 1) return undefined;
    if ((this.#lost & NUMBERS) !== 0) return 'numbers';
    if ((this.#lost & CAN.bool) !== 0) return 'true or false';
    return (this.#lost & CAN.date) !== 0 ? 'dates' : 'times';
  }

  /** Takes a cell. True when it is the one that leaves only text. */
  add(bytes: Uint8Array, start: number, end: number): boolean {
    this.#cells++;
    if (this.#mask === 0) return false;
    const shape = start === end ? 0 : shapeOf(bytes, start, end);
    if ((shape & MOMENTS) !== 0) this.#moment(bytes, start);
    else if ((shape & NUMBERS) !== 0 && numberFound.whole + numberFound.scale > 0) this.#number();
    if ((this.#mask & shape) === 0) this.#lost = this.#mask;
    this.#mask &= shape;
    return this.#mask === 0;
  }

  type(): DataType {
    const mask = this.#cells === 0 ? 0 : this.#mask;
    if ((mask & CAN.int) !== 0) return { name: 'int', bits: 64, signed: true };
    if ((mask & (CAN.float | CAN.decimal)) !== 0 && this.#reals > 0) return this.#real(mask);
    if ((mask & CAN.bool) !== 0) return { name: 'bool' };
    if ((mask & CAN.date) !== 0) return { name: 'date', unit: 'd' };
    if ((mask & MOMENTS) !== 0 && (this.#fraction <= 6 || this.#nanoYears)) {
      const unit = this.#fraction <= 6 ? 'us' : 'ns';
      return (mask & CAN.utc) !== 0 ? { name: 'timestamp', unit, tz: 'UTC' } : { name: 'timestamp', unit };
    }
    return { name: 'utf8' };
  }

  #number(): void {
    const { whole, scale, padded } = numberFound;
    this.#reals++;
    if (whole > this.#whole) this.#whole = whole;
    if (scale > this.#scale) this.#scale = scale;
    if (scale < this.#leastScale) this.#leastScale = scale;
    if (padded) this.#padded = true;
  }

  #moment(bytes: Uint8Array, start: number): void {
    if (timeFound.fraction > this.#fraction) this.#fraction = timeFound.fraction;
    const year = digitsAt(bytes, start, start + 4);
    if (year < NANO_YEARS.first || year > NANO_YEARS.last) this.#nanoYears = false;
  }

  #real(mask: number): DataType {
    // 1.9 beside 1.10: a version, a section, or an amount typed by hand. As numbers 1.10 and 1.1 would be the same.
    if (this.#writtenByHand && this.#padded && this.#leastScale !== this.#scale) return { name: 'utf8' };
    if ((mask & CAN.float) !== 0) return { name: 'float', bits: 64 };
    const digits = this.#whole + this.#scale;
    if (this.#scale === 0 || digits > 38) return { name: 'utf8' };
    return { name: 'decimal', precision: digits <= 18 ? 18 : 38, scale: this.#scale };
  }
}
