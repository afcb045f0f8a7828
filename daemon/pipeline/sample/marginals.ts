import { type Column, columnReader, type Field, valueText } from '../../columnar/index.js';
import { storageType } from '../checks/values/access.js';
import { inventing } from './invented.js';
import { between, rawText, type Span, usualSpan } from './numbers.js';
import { type Draw, Seeded } from './seeded.js';

/** Rows that a category or a single number needs before it is shown; smaller ones are pooled. */
const POOLED_BELOW = 10;
const POOL = 'OTHER';
/** Categories beyond which a column of texts is taken for one of identifiers or of prose, and invented. */
const MOST_CATEGORIES = 200;
const MOST_KEPT = 10_000;
/** Longer texts are no names of categories. */
const MOST_CHARS = 64;
/** Parts that numbers are drawn from. What lies in the outermost hundredth at either end is never shown. */
const PARTS = 20;
const OUTERMOST = 0.01;
/** Numbers that the parts are made of: all, up to so many; then a random choice. */
const MOST_NUMBERS = 100_000;
/** Shares are told in steps of this, so that they count no rows. */
const SHARE_STEP = 0.05;
/** Whole numbers of which at least this share are different are identifiers. */
const IDENTIFYING = 0.9;

/** What the profile of a version says of a column. */
export interface Known {
  /** What the detector calls it; then its values are invented, whatever they are like. */
  personal?: string;
  distinct: number;
}

/** What is learnt of one column by itself: no value is taken together with that of another column. */
export class Marginal {
  readonly #field: Field;
  readonly #categories = new Map<string, number>();
  readonly #numbers: number[] = [];
  readonly #random: Seeded;
  #tooMany = false;
  #rows = 0;
  #nulls = 0;
  #offered = 0;

  constructor(field: Field, seed: number) {
    this.#field = field;
    this.#random = new Seeded(seed, `kept\n${field.name}`);
  }

  update(column: Column): void {
    this.#rows += column.rows;
    this.#nulls += column.type.name === 'null' ? column.rows : column.nulls;
    const storage = storageType(column.type);
    const isText = storage.name === 'utf8' || storage.name === 'bool';
    const isNumber = ['int', 'float', 'decimal', 'date', 'time', 'timestamp', 'duration'].includes(storage.name);
    if (!isText && !isNumber) return;
    const reader = columnReader(column);
    for (let row = 0; row < column.rows; row++) {
      const value = reader.value(row);
      if (value === null) continue;
      if (isText) this.#category(valueText(column.type, value));
      else this.#number(Number(value));
    }
  }

  get nullShare(): number {
    return Math.round(this.#nulls / Math.max(1, this.#rows) / SHARE_STEP) * SHARE_STEP;
  }

  draw({ personal, distinct }: Known): Draw {
    const filled = this.#filled(personal, distinct);
    const share = this.nullShare;
    return (random, row) => (random.next() < share ? null : filled(random, row));
  }

  #filled(personal: string | undefined, distinct: number): Draw {
    const { name, type } = this.#field;
    const storage = storageType(type);
    const filled = this.#rows - this.#nulls;
    // As often the same value as in the data, roughly.
    const share = Math.ceil(((distinct / Math.max(1, filled)) * 1) / SHARE_STEP) * SHARE_STEP;
    const number: (random: Seeded, row: number) => number =
      share >= 1 ? (_random, row) => row : (random, row) => random.below(Math.max(1, Math.round((row + 1) * share)));
    if (storage.name === 'bool') return weighted(this.#categories);
    if (storage.name === 'utf8') {
      const categories = personal === undefined && !this.#tooMany ? pooled(this.#categories) : undefined;
      if (categories !== undefined) return weighted(categories);
      const invent = inventing(personal, name);
      return (random, row) => invent(number(random, row));
    }
    // A number that stands for a person, or for the row itself, is told by its type alone.
    if (personal !== undefined || (storage.name === 'int' && distinct >= IDENTIFYING * filled)) {
      const span = usualSpan(type);
      if (storage.name !== 'int' || storage.bits === 8) return between(type, span);
      return (random, row) => String(1 + (number(random, row) % 2 ** (storage.bits - 1)));
    }
    return this.#parts();
  }

  /** From twenty parts that each hold as many of the values. Their edges are rounded: they are not values of the data. */
  #parts(): Draw {
    const { type } = this.#field;
    const sorted = this.#numbers.filter(Number.isFinite).sort((a, b) => a - b);
    if (sorted.length < PARTS * POOLED_BELOW) return between(type, usualSpan(type));
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!;
    const edges = Array.from({ length: PARTS + 1 }, (_, part) =>
      at(Math.min(1 - OUTERMOST, Math.max(OUTERMOST, part / PARTS))),
    );
    const isWhole = storageType(type).name !== 'float';
    const grid = gridOf(edges.at(-1)! - edges[0]!, isWhole);
    const draws = Array.from({ length: PARTS }, (_, part): Draw => {
      const [low, high] = [edges[part]!, edges[part + 1]!];
      // One and the same value all through a part is that of very many rows.
      const span: Span = low === high ? [low, high] : [Math.floor(low / grid) * grid, Math.ceil(high / grid) * grid];
      return low === high ? () => rawText(type, low, span) : between(type, span);
    });
    return (random, row) => random.pick(draws)(random, row);
  }

  #category(text: string): void {
    if (this.#tooMany) return;
    this.#categories.set(text, (this.#categories.get(text) ?? 0) + 1);
    if (this.#categories.size <= MOST_KEPT) return;
    this.#tooMany = true;
    this.#categories.clear();
  }

  #number(value: number): void {
    const place = this.#offered++ < MOST_NUMBERS ? this.#numbers.length : this.#random.below(this.#offered);
    if (place < MOST_NUMBERS) this.#numbers[place] = value;
  }
}

/** About a hundredth of the span, as a power of ten. */
function gridOf(span: number, isWhole: boolean): number {
  const grid = 10 ** Math.floor(Math.log10(span / 100 || 1));
  return isWhole ? Math.max(1, grid) : grid;
}

/** Small categories together, under a name that is none of them; undefined where the column is not one of categories. */
function pooled(all: ReadonlyMap<string, number>): Map<string, number> | undefined {
  const kept = new Map([...all].filter(([text, rows]) => rows >= POOLED_BELOW && text.length <= MOST_CHARS));
  const total = [...all.values()].reduce((sum, rows) => sum + rows, 0);
  const rest = total - [...kept.values()].reduce((sum, rows) => sum + rows, 0);
  if (kept.size === 0 || kept.size > MOST_CATEGORIES || rest > total / 2) return undefined;
  return rest === 0 ? kept : kept.set(POOL, rest + (kept.get(POOL) ?? 0));
}

/** Shares in steps, none of them nothing. */
function weighted(categories: ReadonlyMap<string, number>): Draw {
  const total = [...categories.values()].reduce((sum, rows) => sum + rows, 0);
  const list = [...categories]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([text, rows]) => Array<string>(Math.max(1, Math.round(rows / total / SHARE_STEP))).fill(text));
  return (random) => (list.length === 0 ? null : random.pick(list));
}
