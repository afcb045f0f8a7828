import { isCard, passesIban } from './formats/bank.js';
import { cpfDigits, fiscalCodeSign, luhn, nifLetter } from './formats/checksums.js';
import { isEmail } from './formats/contact.js';
import { isSsn } from './formats/national.js';
import { isAddress, isMac } from './formats/network.js';
import { yearOfDate } from './formats/plain.js';
import { FORMS, type SpanKind } from './forms.js';
import { nameKinds } from './names/classify.js';

/** Where something personal stands in a text: UTF-16 units from `start` up to `end`. */
export interface Span {
  start: number;
  end: number;
  kind: SpanKind;
}

/** Where a kind is looked for, and how. */
interface Finder {
  kind: SpanKind;
  /** Without one of these characters the text cannot hold it. */
  needs: RegExp;
  /** Its matches are bounded in length, so that no text makes it slow; `good` says what a match must be. */
  pattern: RegExp | ((text: string) => Span[]);
  good?: (match: string) => boolean;
}

const DIGIT = /\d/;
const COLON = /:/;
const UPPER = /\p{Lu}/u;
const digits = (text: string): string => text.replace(/\D/g, '');

/**
 * Broader than the search that tells what a column holds: here a doubtful match is one too many rather than one too few.
 * Order matters: where two kinds claim the same place the earlier one names it.
 */
const FINDERS: readonly Finder[] = [
  { kind: 'url', needs: COLON, pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s<>"']{1,2000}/gi },
  {
    kind: 'credential',
    needs: /[A-Za-z]/,
    pattern:
      /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36,80}|\bgithub_pat_[A-Za-z0-9_]{40,120}|\bglpat-[\w-]{20,60}|\bxox[abeoprs]-[\w-]{10,120}|\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,120}|\bAIza[\w-]{35}|\bsk-[A-Za-z0-9_-]{20,200}|\beyJ[\w-]{8,2000}\.eyJ[\w-]{8,4000}\.[\w-]{0,2000}|-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----|(?<=\b(?:pass(?:word|wd|phrase)|pwd|api[_-]?key|secret[_-]?key|access[_-]?token)["']?\s{0,3}[:=]\s{0,3}["']?)[^\s"']{6,200}/gi,
  },
  { kind: 'email', needs: /@/, pattern: emails },
  {
    kind: 'iban',
    needs: DIGIT,
    pattern: FORMS.iban,
    good: (match) => passesIban(match.replace(/[ -]/g, '').toUpperCase()),
  },
  {
    kind: 'card',
    needs: DIGIT,
    pattern: FORMS.card,
    good: (match) => luhn(digits(match)) && isCard(digits(match)),
  },
  {
    kind: 'us_ssn',
    needs: DIGIT,
    pattern: FORMS.us_ssn,
    good: (match) => isSsn(digits(match)),
  },
  { kind: 'br_cpf', needs: DIGIT, pattern: FORMS.br_cpf, good: cpfDigits },
  {
    kind: 'uk_nino',
    needs: DIGIT,
    pattern: FORMS.uk_nino,
  },
  {
    kind: 'it_fiscal_code',
    needs: DIGIT,
    pattern: FORMS.it_fiscal_code,
    good: (match) => fiscalCodeSign(match) === match[15],
  },
  {
    kind: 'es_nif',
    needs: DIGIT,
    pattern: FORMS.es_nif,
    good: (match) => nifLetter(match) === match.at(-1),
  },
  {
    kind: 'mac_address',
    needs: DIGIT,
    pattern: FORMS.mac_address,
    good: isMac,
  },
  { kind: 'ip_address', needs: DIGIT, pattern: FORMS.ip_quad, good: isAddress },
  {
    kind: 'ip_address',
    needs: COLON,
    pattern: FORMS.ip_groups,
    good: (match) => match.length > 8 && isAddress(match),
  },
  {
    kind: 'date',
    needs: DIGIT,
    pattern:
      /(?<![\w.-])(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2}))(?![\w-]|\.\d)|\b\d{1,2}(?:\.|st|nd|rd|th)? \p{L}{3,10},? \d{4}\b|\b\p{L}{3,10} \d{1,2}(?:st|nd|rd|th)?,? \d{4}\b/giu,
    good: (match) => yearOfDate(match.replace(/(\d)(?:st|nd|rd|th)\b/i, '$1')) !== undefined,
  },
  {
    kind: 'phone',
    needs: DIGIT,
    pattern: /(?<![\w+])(?:\+|\(\+?)?\d[\d ().\-/]{5,24}\d(?![\w-]|[.:]\d)/g,
    good: (match) => /[+ ().\-/]/.test(match) && digits(match).length >= 7 && digits(match).length <= 15,
  },
  {
    kind: 'full_name',
    needs: UPPER,
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

/** What is personal in a text, in order and without overlap: a place that two kinds claim is the earlier finder's. */
export function personalSpans(text: string, wanted: ReadonlySet<SpanKind>): Span[] {
  const kept: Span[] = [];
  const taken = new Taken(text.length);
  for (const finder of FINDERS) {
    if (!wanted.has(finder.kind) || !finder.needs.test(text)) continue;
    for (const span of matches(finder, text)) if (taken.claim(span)) kept.push(span);
  }
  return kept.sort((a, b) => a.start - b.start);
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
