import { isCard, passesIban } from './formats/bank.js';
import { cpfDigits, fiscalCodeSign, luhn, nifLetter } from './formats/checksums.js';
import { isEmail } from './formats/contact.js';
import { isSsn } from './formats/national.js';
import { isAddress, isMac } from './formats/network.js';
import { yearOfDate } from './formats/plain.js';
import { FORMS, type SpanKind } from './forms.js';
import { nameKinds } from './names/classify.js';
import { CELL, Scan } from './scan.js';
import { MAY_HOLD, textSigns } from './text-signs.js';

/** Where something personal stands in a text: UTF-16 units from `start` up to `end`. */
export interface Span {
  start: number;
  end: number;
  kind: SpanKind;
}

/** Where a kind is looked for, and how. */
interface Finder {
  kind: SpanKind;
  /** Whether the signs of the text allow it at all. */
  gate: (scan: Scan, mayHold: number) => boolean;
  /** Its matches are bounded in length, so that no text makes it slow; `good` says what a match must be. */
  pattern: RegExp | ((text: string) => Span[]);
  good?: (match: string) => boolean;
}

type Gate = Finder['gate'];
const run =
  (digits: number): Gate =>
  (scan) =>
    scan.run >= digits;
const marks =
  (count: number): Gate =>
  (scan) =>
    scan.marks >= count;
const flag =
  (flags: number): Gate =>
  (scan) =>
    (scan.flags & flags) !== 0;
const [at, colon] = [flag(CELL.at), flag(CELL.colon)];
const fiscal: Gate = ({ capitals, flags }) => capitals >= 6 && (flags & CELL.digit) !== 0;
const groups: Gate = ({ flags, marks: count }) => (flags & CELL.colon) !== 0 && count >= 2;
const may =
  (flags: number): Gate =>
  (_scan, mayHold) =>
    (mayHold & flags) !== 0;
/** A long run of the signs of keys, three shorter ones with dots between, something said to be a secret, or a PEM head. */
const keys: Gate = ({ flags, keySigns, dots, marks: dashes }) =>
  (flags & (CELL.colon | CELL.equals)) !== 0 || keySigns >= 15 || (keySigns >= 11 && dots >= 2) || dashes >= 10;
const digits = (text: string): string => text.replace(/\D/g, '');

/**
 * Broader than the search that tells what a column holds: here a doubtful match is one too many rather than one too few.
 * Order matters: where two kinds claim the same place the earlier one names it.
 */
const FINDERS: readonly Finder[] = [
  { kind: 'url', gate: colon, pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s<>"']{1,2000}/gi },
  {
    kind: 'credential',
    gate: keys,
    pattern:
      /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36,80}|\bgithub_pat_[A-Za-z0-9_]{40,120}|\bglpat-[\w-]{20,60}|\bxox[abeoprs]-[\w-]{10,120}|\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,120}|\bAIza[\w-]{35}|\bsk-[A-Za-z0-9_-]{20,200}|\beyJ[\w-]{8,2000}\.eyJ[\w-]{8,4000}\.[\w-]{0,2000}|-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----|(?<=\b(?:pass(?:word|wd|phrase)|pwd|api[_-]?key|secret[_-]?key|access[_-]?token)["']?\s{0,3}[:=]\s{0,3}["']?)[^\s"']{6,200}/gi,
  },
  { kind: 'email', gate: at, pattern: emails },
  {
    kind: 'iban',
    gate: may(MAY_HOLD.iban),
    pattern: FORMS.iban,
    good: (match) => passesIban(match.replace(/[ -]/g, '').toUpperCase()),
  },
  {
    kind: 'card',
    gate: run(13),
    pattern: FORMS.card,
    good: (match) => luhn(digits(match)) && isCard(digits(match)),
  },
  {
    kind: 'us_ssn',
    gate: run(9),
    pattern: FORMS.us_ssn,
    good: (match) => isSsn(digits(match)),
  },
  { kind: 'br_cpf', gate: run(11), pattern: FORMS.br_cpf, good: cpfDigits },
  {
    kind: 'uk_nino',
    gate: run(6),
    pattern: FORMS.uk_nino,
  },
  {
    kind: 'it_fiscal_code',
    gate: fiscal,
    pattern: FORMS.it_fiscal_code,
    good: (match) => fiscalCodeSign(match) === match[15],
  },
  {
    kind: 'es_nif',
    gate: run(7),
    pattern: FORMS.es_nif,
    good: (match) => nifLetter(match) === match.at(-1),
  },
  {
    kind: 'mac_address',
    gate: marks(5),
    pattern: FORMS.mac_address,
    good: isMac,
  },
  { kind: 'ip_address', gate: may(MAY_HOLD.quad), pattern: FORMS.ip_quad, good: isAddress },
  {
    kind: 'ip_address',
    gate: groups,
    pattern: FORMS.ip_groups,
    good: (match) => match.length > 8 && isAddress(match),
  },
  { kind: 'date', gate: may(MAY_HOLD.date), pattern: dates },
  {
    kind: 'phone',
    gate: run(7),
    pattern: /(?<![\w+])(?:\+|\(\+?)?\d[\d ().\-/]{5,24}\d(?![\w-]|[.:]\d)/g,
    good: (match) => /[+ ().\-/]/.test(match) && digits(match).length >= 7 && digits(match).length <= 15,
  },
  {
    kind: 'full_name',
    gate: may(MAY_HOLD.name),
    pattern:
      /(?<![\p{L}\p{M}])\p{Lu}[\p{L}\p{M}'’.-]{0,30}(?: (?:(?:van|von|de|der|den|del|di|da|bin|al|la|le) ){0,2}\p{Lu}[\p{L}\p{M}'’.-]{0,30}){1,3}/gu,
    good: isName,
  },
];

const kinds = new Set<string>();

function isName(match: string): boolean {
  kinds.clear();
  nameKinds(match.replace(/[.,]+$/, ''), kinds);
  return kinds.has('full_name');
}

/** Looks for what is personal in many texts. A text in which nothing can be is told by its bytes alone. */
export class SpanSearch {
  readonly #wanted: number;
  readonly #scan = new Scan();
  #data: Uint8Array = new Uint8Array(0);

  constructor(wanted: ReadonlySet<SpanKind>) {
    this.#wanted = FINDERS.reduce((mask, { kind }, finder) => (wanted.has(kind) ? mask | (1 << finder) : mask), 0);
  }

  /** The UTF-8 bytes of the texts that are looked at next. */
  over(data: Uint8Array): void {
    this.#data = data;
    this.#scan.over(data);
  }

  /** Which searches a text is worth, as `spans` takes it; 0 when nothing that is wanted can be in it. */
  look(from: number, to: number): number {
    if (!this.#scan.signs(from, to)) return 0;
    const mayHold = textSigns(this.#data, from, to);
    let possible = 0;
    for (let finder = 0; finder < FINDERS.length; finder++)
      if (this.#wanted & (1 << finder) && FINDERS[finder]!.gate(this.#scan, mayHold)) possible |= 1 << finder;
    return possible;
  }

  /** In order and without overlap: a place that two kinds claim is the earlier finder's. */
  spans(text: string, possible: number): Span[] {
    const kept: Span[] = [];
    const taken = new Taken(text.length);
    for (let finder = 0; finder < FINDERS.length; finder++) {
      if ((possible & (1 << finder)) === 0) continue;
      for (const span of matches(FINDERS[finder]!, text)) if (taken.claim(span)) kept.push(span);
    }
    return kept.sort((a, b) => a.start - b.start);
  }
}

/** What is personal in one text. */
export function personalSpans(text: string, wanted: ReadonlySet<SpanKind>): Span[] {
  const bytes = Buffer.from(text, 'utf8');
  const search = new SpanSearch(wanted);
  search.over(bytes);
  return search.spans(text, search.look(0, bytes.length));
}

function* matches({ kind, pattern, good }: Finder, text: string): Generator<Span> {
  if (typeof pattern === 'function') {
    yield* pattern(text);
    return;
  }
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const end = match.index + match[0].length;
    if (good === undefined || good(match[0])) yield { start: match.index, end, kind };
    // A match that is none may hide one that begins within it.
    else pattern.lastIndex = match.index + Math.max(1, match[0].search(/[\s,;]/));
  }
}

/** Which places of a text are taken. */
class Taken {
  readonly #length: number;
  #marks: Uint8Array | undefined;

  constructor(length: number) {
    this.#length = length;
  }

  claim({ start, end }: Span): boolean {
    this.#marks ??= new Uint8Array(this.#length);
    if (this.#marks.subarray(start, end).includes(1)) return false;
    this.#marks.fill(1, start, end);
    return true;
  }
}

/** Dates that begin with a digit, and what follows the month in those that begin with its name. */
const FROM_DIGIT =
  /(?<![\w.-])(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2}))(?![\w-]|\.\d)|\b\d{1,2}(?:\.|st|nd|rd|th)? \p{L}{3,10},? \d{4}\b/gu;
const AFTER_MONTH = /(?<= )\d{1,2}(?:st|nd|rd|th)?,? \d{4}\b/g;
const MONTH = /(?<![\p{L}\d_])\p{L}{3,10} $/u;
const MOST_MONTH = 12;

/** Dates: a pattern that begins with any word would try every word of a text, so they are looked for by their digits. */
function dates(text: string): Span[] {
  const found: Span[] = [];
  const add = (start: number, end: number): void => {
    if (yearOfDate(text.slice(start, end).replace(/(\d)(?:st|nd|rd|th)\b/i, '$1')) === undefined) return;
    found.push({ start, end, kind: 'date' });
  };
  for (const match of text.matchAll(AFTER_MONTH)) {
    const month = MONTH.exec(text.slice(Math.max(0, match.index - MOST_MONTH), match.index));
    if (month !== null) add(match.index - month[0].length, match.index + match[0].length);
  }
  for (const match of text.matchAll(FROM_DIGIT)) add(match.index, match.index + match[0].length);
  return found;
}

const LOCAL = /[^\s@,;:<>()[\]"'|=/\\]/;
const MOST_LOCAL = 64;
const MOST_DOMAIN = 255;

/** Addresses around each @: looked for from the sign outwards, since a pattern would try every place of a long text. */
function emails(text: string): Span[] {
  const found: Span[] = [];
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    let [start, end] = [at, at + 1];
    while (start > 0 && at - start < MOST_LOCAL && LOCAL.test(text[start - 1]!)) start--;
    while (end < text.length && end - at < MOST_DOMAIN && LOCAL.test(text[end]!)) end++;
    while (end > at && /[.!?-]/.test(text[end - 1]!)) end--;
    if (isEmail(text.slice(start, end).replace(/^[^\p{L}\p{N}]+/u, ''))) found.push({ start, end, kind: 'email' });
  }
  return found;
}
