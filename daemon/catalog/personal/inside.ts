import { hasIssuer, isCard, passesIban } from './formats/bank.js';
import { cpfDigits, fiscalCodeSign, luhn, nifLetter } from './formats/checksums.js';
import { hasCallingCode, isEmail, isPlainEmail } from './formats/contact.js';
import { isSsn } from './formats/national.js';
import { isAddress, isMac, isUrlWithUser, isWideAddress } from './formats/network.js';
import { yearOfDate } from './formats/plain.js';
import { holdsSaidSecret, holdsToken } from './formats/secrets.js';
import { FORMS } from './forms.js';
import { HINT, hintsIn } from './hints.js';
import { CELL, type Scan } from './scan.js';
import { SHAPE_BYTES, Shapes } from './shape.js';
import { TALLY_INDEX, type Tally } from './tallies.js';

type Add = (name: Tally) => void;

/** Something that is looked for inside cells which its gate lets through. */
interface Search {
  gate: number;
  /** What a shape of digits 9 and letters A and a must have in it. */
  shape?: RegExp;
  /** What one of its words must be. */
  hint?: number;
  look: (text: string, add: Add) => unknown;
}

const EMAIL = /[^\s@,;:<>()[\]"'|=/\\]+@[^\s@,;:<>()[\]"'|=/\\]+/g;
const BARE_RUN = /^\d{13,19}$/;
const CARD_GROUPS = /^(?:\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5})$/;
const CARD_WORD = /(?:card|visa|amex|credit|debit|karte|carte|tarjeta|carta|cc)\b\D{0,20}$/i;
const INTERNATIONAL = /(?<![\w+])\+\d[\d\s().\-/]{6,20}\d/g;
const NORTH_AMERICAN = /(?<![\w./-])(?:\+?1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}(?![\w-])/g;
const CALL =
  /\b(?:tel|phone|mobile|mob|cell|fax|call|telefon|handy|mobil|telephone|telefono|telefoon|tlf|ph)\b[^\d\n+]{0,15}?(\(?\+?\d[\d\s().\-/]{5,17}\d)(?!\d)/gi;
const BORN =
  /\b(?:d\.?o\.?b\.?|born(?: on)?|date of birth|birth ?date|geboren(?: am)?|geb\.?|née? le|nacid[oa](?: el)?|nat[oa] il|geboren op)\s*[:=]?\s*(\d[\d./-]{5,9}\d|\d{1,2}\.? \p{L}{3,10},? \d{4}|\p{L}{3,10} \d{1,2},? \d{4})/iu;
/** A space or a colon: words stand apart. */
const WORDS = CELL.space | CELL.colon;

/** What lets a search through, each a bit. */
const GATE = {
  sign: 1,
  card: 1 << 1,
  groups: 1 << 2,
  cpf: 1 << 3,
  plus: 1 << 4,
  american: 1 << 5,
  iban: 1 << 6,
  nino: 1 << 7,
  fiscal: 1 << 8,
  nif: 1 << 9,
  quad: 1 << 10,
  mac: 1 << 11,
  colons: 1 << 12,
  token: 1 << 13,
  call: 1 << 14,
  birth: 1 << 15,
  secret: 1 << 16,
} as const;

/** Whether the signs of a cell allow each at all. One function, since it is asked of nearly every cell. */
function gatesOf({ flags, run, marks, dots, capitals }: Scan): number {
  let open = 0;
  if (flags & CELL.at) open |= GATE.sign;
  const upper = (flags & CELL.upper) !== 0;
  const colon = (flags & CELL.colon) !== 0;
  const beyondHex = (flags & CELL.beyondHex) !== 0;
  if (run >= 4) {
    if (dots >= 3) open |= GATE.quad;
    if (flags & WORDS) open |= run >= 7 ? GATE.birth | GATE.call : GATE.birth;
    if (run >= 6 && upper) open |= run >= 7 ? GATE.nino | GATE.nif : GATE.nino;
    if (run >= 8) {
      const space = (flags & CELL.space) !== 0;
      const plus = (flags & CELL.plus) !== 0;
      if (plus) open |= GATE.plus;
      if (flags & (CELL.upper | CELL.lower)) open |= GATE.iban;
      if (run >= 9 && (marks > 1 || space)) open |= GATE.groups;
      if (run >= 10 && !plus && (marks > 0 || dots > 1 || space)) open |= GATE.american;
      if (run >= 11 && dots >= 2 && marks > 0) open |= GATE.cpf;
      if (run >= 13) open |= GATE.card;
    }
  }
  if (capitals >= 6 && flags & CELL.digit) open |= GATE.fiscal;
  if (marks >= 5) open |= GATE.mac;
  if (colon && marks >= 2 && flags & CELL.digit) open |= GATE.colons;
  if (beyondHex) {
    if (flags & CELL.token) open |= GATE.token;
    if (colon || flags & CELL.equals) open |= GATE.secret;
  }
  return open;
}

const SEARCHES: readonly Search[] = [
  { gate: GATE.sign, look: emails },
  { gate: GATE.card, shape: /9(?:[ -]?9){12}/, look: cards },
  {
    gate: GATE.groups,
    shape: /999[- ]99[- ]9999/,
    look: ifSome('us_ssn', FORMS.us_ssn, (match) => isSsn(match.replace(/\D/g, ''))),
  },
  {
    gate: GATE.cpf,
    shape: /999\.999\.999-99/,
    look: ifSome('br_cpf', FORMS.br_cpf, cpfDigits),
  },
  {
    gate: GATE.plus,
    shape: /\+9/,
    look: ifSome('phone', INTERNATIONAL, hasCallingCode),
  },
  {
    gate: GATE.american,
    shape: /999\)? ?[ .-]?999[ .-]9999/,
    look: ifSome('phone', NORTH_AMERICAN, () => true),
  },
  {
    gate: GATE.iban,
    shape: /[Aa]{1,2}99(?:[ -]?[A9]{4}){2}/,
    look: ibans,
  },
  {
    gate: GATE.nino,
    shape: /AA ?99 ?99 ?99 ?A/,
    look: ifSome('uk_nino', FORMS.uk_nino, () => true),
  },
  {
    gate: GATE.fiscal,
    shape: /A{6}/,
    look: ifSome('it_fiscal_code', FORMS.it_fiscal_code, (match) => fiscalCodeSign(match) === match[15]),
  },
  { gate: GATE.nif, shape: /9{7}-?A/, look: nifs },
  { gate: GATE.quad, shape: /9\.9{1,3}\.9{1,3}\.9/, look: quads },
  {
    gate: GATE.mac,
    shape: /(?:[9Aa]{1,2}[:-]){5}/,
    look: ifSome('mac_address', FORMS.mac_address, isMac),
  },
  {
    gate: GATE.colons,
    shape: /:[9Aa]*:[9Aa]*:|::/,
    look: ifSome(
      'ip_address',
      FORMS.ip_groups,
      (match) => match.length > 8 && !MAC_LIKE.test(match) && isAddress(match),
    ),
  },
  {
    gate: GATE.token,
    look: (text, add) => holdsToken(text) && add('credential'),
  },
  { gate: GATE.call, hint: HINT.call, look: calls },
  { gate: GATE.birth, hint: HINT.birth, look: births },
  {
    gate: GATE.secret,
    hint: HINT.secret,
    look: (text, add) => holdsSaidSecret(text) && add('credential'),
  },
];

const MAC_LIKE = /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i;

const HINTED = maskOf(({ hint }) => hint !== undefined);

/** The searches that are left when the words of a cell give these hints: for each set of hints, a mask. */
const LEFT = Array.from({ length: 8 }, (_, hints) => maskOf(({ hint }) => hint === undefined || (hint & hints) !== 0));
const heeding = (hints: number): number => LEFT[hints]!;

function maskOf(chosen: (search: Search) => boolean): number {
  return SEARCHES.reduce((mask, search) => (chosen(search) ? mask | search.gate : mask), 0);
}

const shapes = new Shapes((shape) => maskOf(({ shape: wanted }) => wanted === undefined || wanted.test(shape)));

/** Adds what a cell has in it to the tallies: one a cell and kind, however often it is in it. */
export function inspect(scan: Scan, data: Buffer, tallies: Float64Array): void {
  if (isPlainNumber(scan)) return;
  if (scan.flags & CELL.at && isPlainEmail(data, scan.start, scan.end)) {
    tallies[TALLY_INDEX.email]! += 1;
    return;
  }
  let mask = gatesOf(scan);
  if (mask === 0) return;
  const { start, end } = scan;
  if (end - start <= SHAPE_BYTES) mask &= shapes.of(data, start, end);
  if (mask & HINTED) mask &= heeding(hintsIn(data, start, end));
  if (mask === 0) return;
  const text = data.toString(scan.flags & CELL.high ? 'utf8' : 'latin1', start, end);
  let seen = 0;
  const add = (name: Tally) => {
    const bit = 1 << TALLY_INDEX[name];
    if (seen & bit) return;
    seen |= bit;
    tallies[TALLY_INDEX[name]]! += 1;
  };
  for (const { gate, look } of SEARCHES) if (mask & gate) look(text, add);
}

/** Amounts, dates and counters, of which tables are full, can hold nothing that is looked for. */
function isPlainNumber({ flags, run, dots, marks }: Scan): boolean {
  if (flags === CELL.digit) return run < 13;
  return (flags & NOT_PLAIN) === 0 && run < 9 && dots < 3 && marks < 5;
}

const NOT_PLAIN = CELL.lower | CELL.upper | CELL.at | CELL.plus | CELL.equals;

function ifSome(name: Tally, pattern: RegExp, good: (match: string) => boolean): Search['look'] {
  return (text, add) => {
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      if (!good(match[0])) continue;
      add(name);
      return;
    }
  };
}

function emails(text: string, add: Add): void {
  EMAIL.lastIndex = 0;
  for (let match = EMAIL.exec(text); match !== null; match = EMAIL.exec(text)) {
    if (!isEmail(match[0].replace(/[.!?]+$/, '').replace(/^[^\p{L}\p{N}]+/u, ''))) continue;
    add('email');
    break;
  }
  if (text.includes('://') && text.split(/\s+/).some(isUrlWithUser)) add('url_with_user');
}

const findIban = ifSome('iban', FORMS.iban, (match) => passesIban(match.replace(/[ -]/g, '').toUpperCase()));

function ibans(text: string, add: Add): void {
  if (text.length <= 34 && passesIban(text)) add('iban');
  else findIban(text, add);
}

function cards(text: string, add: Add): void {
  if (BARE_RUN.test(text)) {
    judgeRun(text, text, 0, add);
    return;
  }
  FORMS.card.lastIndex = 0;
  for (let match = FORMS.card.exec(text); match !== null; match = FORMS.card.exec(text)) {
    const digits = match[0].replace(/\D/g, '');
    if (digits.length === match[0].length || CARD_GROUPS.test(match[0])) judgeRun(digits, text, match.index, add);
  }
}

function judgeRun(digits: string, text: string, at: number, add: Add): void {
  const issued = hasIssuer(digits);
  add(issued ? 'issuer_runs' : 'other_runs');
  if (!luhn(digits)) return;
  add(issued ? 'issuer_passes' : 'other_passes');
  if (!issued || !isCard(digits)) return;
  add('card');
  if (!text.startsWith(digits, at) || CARD_WORD.test(text.slice(Math.max(0, at - 40), at))) add('card_marked');
}

function nifs(text: string, add: Add): void {
  FORMS.es_nif.lastIndex = 0;
  for (let match = FORMS.es_nif.exec(text); match !== null; match = FORMS.es_nif.exec(text)) {
    add('nif_shapes');
    if (nifLetter(match[0]) === match[0].at(-1)) add('es_nif');
  }
}

function quads(text: string, add: Add): void {
  FORMS.ip_quad.lastIndex = 0;
  for (let match = FORMS.ip_quad.exec(text); match !== null; match = FORMS.ip_quad.exec(text))
    if (isAddress(match[0])) add(isWideAddress(match[0]) ? 'ip_address' : 'narrow_quads');
}

/** A number that the words before it make a phone number. */
function calls(text: string, add: Add): void {
  CALL.lastIndex = 0;
  for (let match = CALL.exec(text); match !== null; match = CALL.exec(text)) {
    const digits = match[1]!.replace(/\D/g, '').length;
    if (digits >= 7 && digits <= 15 && yearOfDate(match[1]!) === undefined) add('phone');
  }
}

/** A date that the words before it make one of birth. */
function births(text: string, add: Add): void {
  const born = BORN.exec(text);
  if (born !== null && yearOfDate(born[1]!.trim()) !== undefined) add('birth_date');
}
