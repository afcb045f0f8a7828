import { z } from 'zod';
import type { Column } from '../../../columnar/index.js';
import { LIMITS, utf8 } from '../../../foundation/index.js';
import { ownText, storageType, textReader } from '../../checks/values/access.js';
import { fixedTexts, textLooks } from '../columns.js';
import { defineMask } from '../define.js';
import { ShortHmac } from '../hmac.js';
import { maskKey, type Scope } from '../keys.js';
import { plainText } from '../plain-text.js';

/** Characters of base32 in a token: 130 bits. */
const TOKEN_CHARS = 26;

export const TOKEN_TYPES = ['utf8', 'int', 'decimal', 'date', 'time', 'timestamp', 'binary', 'fixed_size_binary'];

export const token = defineMask({
  name: 'token',
  preserves: ['nulls', 'equality'],
  positional: 'domain',
  describe: {
    summary:
      'Each value becomes a token that only this organisation can make. Equal values give equal tokens for one peer, so its tables still join; the tokens of two peers have nothing in common. A pseudonym, not anonymous.',
    accepts: 'text, whole numbers, decimals, dates, times and bytes',
    yields: 'text such as tk1_ and 26 characters (130 bits of HMAC-SHA256)',
    nulls: 'stay',
    parameters: {
      domain: 'Name of what the values are; columns of one domain join. Default: the name of the column.',
      scope:
        '`peer` (default): all tables this peer gets. `agreement`: only those under one agreement. `group`: see group.',
      group: 'For scope group: its name. Peers whose agreements name the same group can join their tables.',
      epoch: 'Number of the key, to be raised when the tokens shall change. Default 1.',
      normalise: '`none` (default), `trim`, or `fold`: trimmed, Unicode NFC and lower case, before the token is made.',
    },
    example: 'customer_id=token:customer',
  },
  params: {
    domain: z.string().min(1).max(128).optional(),
    scope: z.enum(['peer', 'agreement', 'group']).default('peer'),
    group: z.string().min(1).max(128).optional(),
    epoch: z.number().int().min(1).max(9999).default(1),
    normalise: z.enum(['none', 'trim', 'fold']).default('none'),
  },
  accepts: (type) => TOKEN_TYPES.includes(storageType(type).name),
  yields: () => ({ name: 'utf8' }),
  refine: ({ scope, group }) =>
    (scope === 'group') === (group !== undefined) ? undefined : 'takes group with scope=group, and only then',
  masker: (field, params, { keys }) => {
    const scope: Scope = params.scope === 'group' ? { scope: 'group', group: params.group! } : { scope: params.scope };
    const key = maskKey(keys, 'token', scope, params.domain ?? field.name, params.epoch);
    const maker = new TokenMaker(key, params.epoch);
    const normal = NORMALISE[params.normalise];
    return (column) => {
      if (storageType(column.type).name === 'utf8' && normal === undefined) return maker.texts(column);
      const read = plainText(column);
      return maker.strings(column, normal === undefined ? read : (row) => normal(read(row)));
    };
  },
  recognise: ({ epoch }, field) => {
    const form = new RegExp(`^tk${epoch}_[a-z2-7]{${TOKEN_CHARS}}$`);
    return textLooks(field, (text) => form.test(text));
  },
});

export const NORMALISE: Record<'none' | 'trim' | 'fold', ((text: string) => string) | undefined> = {
  none: undefined,
  trim: (text) => text.trim(),
  fold: (text) => text.trim().normalize('NFC').toLowerCase(),
};

const ALPHABET = Buffer.from('abcdefghijklmnopqrstuvwxyz234567');

/**
 * Makes the tokens of one derived key: `tk<epoch>_` and the first 130 bits, in base32, of HMAC-SHA256 under
 * it over the value's text. Remembers the tokens of values that repeat.
 */
export class TokenMaker {
  readonly #hmac: ShortHmac;
  readonly #digest = new Uint8Array(32);
  readonly #prefix: Buffer;
  readonly #known = new Map<string, number>();
  /** Tokens of known values, one after another. */
  #tokens: Uint8Array;
  #asked = 0;
  #found = 0;

  constructor(key: Uint8Array, epoch: number) {
    this.#hmac = new ShortHmac(key);
    this.#prefix = Buffer.from(`tk${epoch}_`);
    this.#tokens = new Uint8Array(this.width * 1024);
  }

  /** Characters of one token. */
  get width(): number {
    return this.#prefix.length + TOKEN_CHARS;
  }

  /** Tokens of a text column. */
  texts(column: Column): Column {
    const { data, offsets } = column as Required<Column>;
    const read = textReader(column);
    return fixedTexts(column, this.width, (row, out, at) => {
      if (!this.#remembers) this.#make(data, offsets[row]!, offsets[row + 1]!, out, at);
      else this.#recall(read(row), out, at);
    });
  }

  /** Tokens of the texts that stand for the rows of a column. */
  strings(column: Column, read: (row: number) => string): Column {
    return fixedTexts(column, this.width, (row, out, at) => this.#recall(read(row), out, at));
  }

  /** The token of one text: also what an erasure request finds a subject by. */
  token(text: string): string {
    const out = new Uint8Array(this.width);
    const bytes = utf8(text);
    this.#make(bytes, 0, bytes.length, out, 0);
    return Buffer.from(out).toString('latin1');
  }

  /** Looking a text up costs about as much as making its token, so it is done only while texts repeat. */
  get #remembers(): boolean {
    return this.#asked < LIMITS.rememberedTexts || this.#found * 2 > this.#asked;
  }

  #recall(text: string, out: Uint8Array, at: number): void {
    this.#asked++;
    const known = this.#known.get(text);
    const { width } = this;
    if (known !== undefined) {
      this.#found++;
      const from = known * width;
      for (let n = 0; n < width; n++) out[at + n] = this.#tokens[from + n]!;
      return;
    }
    const bytes = Buffer.from(text, 'utf8');
    this.#make(bytes, 0, bytes.length, out, at);
    const slot = this.#known.size;
    if (slot >= LIMITS.rememberedTexts) return;
    if ((slot + 1) * width > this.#tokens.length) {
      const larger = new Uint8Array(this.#tokens.length * 2);
      larger.set(this.#tokens);
      this.#tokens = larger;
    }
    this.#tokens.set(out.subarray(at, at + width), slot * width);
    this.#known.set(ownText(text), slot);
  }

  #make(bytes: Uint8Array, from: number, to: number, out: Uint8Array, at: number): void {
    const digest = this.#digest;
    this.#hmac.digest(bytes, from, to, digest);
    let next = at;
    for (let n = 0; n < this.#prefix.length; n++) out[next++] = this.#prefix[n]!;
    let [bits, value, byte] = [0, 0, 0];
    for (let n = 0; n < TOKEN_CHARS; n++) {
      if (bits < 5) {
        value = ((value & 31) << 8) | digest[byte++]!;
        bits += 8;
      }
      bits -= 5;
      out[next++] = ALPHABET[(value >>> bits) & 31]!;
    }
  }
}
