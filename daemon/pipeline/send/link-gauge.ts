/** Whether bodies are compressed: by what the link is found to carry, or in any case, or never. */
export type WireCompression = 'auto' | 'always' | 'never';

/** What was found of a link, for the next time. Rates are bytes of Arrow a second, as last measured either way. */
export interface LinkFound {
  squeeze: boolean;
  raw?: number;
  squeezed?: number;
}

/** Batches over which a rate is measured. */
const WINDOW = 8;
/** Batches that go by after a change: those on the way were made before it. */
const ON_THE_WAY = 16;
/** Bytes of Arrow a second: whoever takes more is no slow link, whatever holds it up. */
const SLOW = 25e6;
/** More of the time than this was spent waiting for the link. */
const WAITING = 0.5;
/** By so much the one has to be better than the other. */
const GAIN = 1.1;
/** Windows after which what was measured the other way is forgotten: links change. */
const STALE = 64;

/**
 * Decides batch by batch whether compressing pays, from the time that this side works and waits. On a slow link fewer
 * bytes win; on a fast one the processor does, and compressing would only cost it.
 */
export class LinkGauge {
  readonly #setting: WireCompression;
  #squeeze: boolean;
  #skip = ON_THE_WAY;
  #window = { batches: 0, bytes: 0, worked: 0, waited: 0 };
  readonly #rates: Omit<LinkFound, 'squeeze'>;
  #windows = 0;
  #wasHeldUp = false;

  /** `before`: what was found of this link before. */
  constructor(setting: WireCompression, { squeeze, ...rates }: LinkFound) {
    this.#setting = setting;
    this.#squeeze = squeeze;
    this.#rates = rates;
  }

  get found(): LinkFound {
    return { squeeze: this.#squeeze, ...this.#rates };
  }

  get squeeze(): boolean {
    return this.#setting === 'auto' ? this.#squeeze : this.#setting === 'always';
  }

  /** A batch of so many bytes of Arrow took so many milliseconds of work here, and of waiting until there was room. */
  took(bytes: number, worked: number, waited: number): void {
    if (this.#skip > 0) {
      this.#skip--;
      return;
    }
    const window = this.#window;
    window.batches++;
    window.bytes += bytes;
    window.worked += worked;
    window.waited += waited;
    if (window.batches < WINDOW) return;
    this.#window = { batches: 0, bytes: 0, worked: 0, waited: 0 };
    this.#judge(
      (window.bytes * 1000) / (window.worked + window.waited),
      window.waited / (window.worked + window.waited),
    );
  }

  #judge(rate: number, waiting: number): void {
    const isHeldUp = waiting > WAITING;
    if (++this.#windows % STALE === 0) delete this.#rates[this.#squeeze ? 'raw' : 'squeezed'];
    // The link has changed: it takes all that is compressed in the time, and could perhaps take more.
    if (this.#squeeze && !isHeldUp && this.#wasHeldUp) delete this.#rates.raw;
    this.#rates[this.#squeeze ? 'squeezed' : 'raw'] = rate;
    this.#wasHeldUp = isHeldUp;
    const change = this.#squeeze ? this.#isRawBetter(isHeldUp, rate) : this.#isSqueezingBetter(isHeldUp, rate);
    if (!change) return;
    this.#squeeze = !this.#squeeze;
    this.#skip = ON_THE_WAY;
    this.#wasHeldUp = false;
  }

  #isRawBetter(isHeldUp: boolean, rate: number): boolean {
    const { raw } = this.#rates;
    return raw === undefined ? !isHeldUp : raw * GAIN > rate;
  }

  #isSqueezingBetter(isHeldUp: boolean, rate: number): boolean {
    const { squeezed } = this.#rates;
    return isHeldUp && rate < SLOW && (squeezed === undefined || squeezed > rate * GAIN);
  }
}
