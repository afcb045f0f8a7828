import { hasIssuer, isCard, isIban } from './formats/bank.js';
import { luhn } from './formats/checksums.js';
import { isEmail, isPhone } from './formats/contact.js';
import { isCpf, isSsn, letterKinds } from './formats/national.js';
import { isAddress, isMac, isUrlWithUser, isWideAddress } from './formats/network.js';
import { yearOfDate } from './formats/plain.js';
import { holdsSaidSecret, holdsToken } from './formats/secrets.js';
import { CELL } from './scan.js';
import { TALLY_INDEX, type Tally } from './tallies.js';

const EMAIL = /[^\s@,;:<>()[\]"'|=/\\]+@[^\s@,;:<>()[\]"'|=/\\]+/g;
const RUN = /(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-]|\.\d)/g;
const CARD_GROUPS = /^(?:\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5})$/;
const CARD_WORD =
  /\b(?:card|cards|visa|mastercard|amex|credit|debit|karte|kreditkarte|carte|tarjeta|carta|cc)\b\D{0,20}$/i;
const IBAN = /(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?![A-Z0-9])/gi;
const SSN = /(?<![\w-])\d{3}([- ])\d{2}\1\d{4}(?![\w-])/g;
const INTERNATIONAL = /(?<![\w+])(?:\+|00[1-9])\d?[\d\s().\-/]{7,20}\d/g;
const NORTH_AMERICAN = /(?<![\w.-])(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}(?![\w-])/g;
const CALL =
  /\b(?:tel|phone|mobile|mob|cell|fax|call|ring|telefon|handy|mobil|telephone|telefono|telefoon|tlf|ph)\b\D{0,15}?(\(?\+?\d[\d\s().\-/]{5,17}\d)(?!\d)/gi;
const QUAD = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)/g;
const COLONS = /(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{1,4}(?![\w:])/gi;
const MAC = /(?<![\w:-])[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}(?![\w:-])/gi;
const NINO = /(?<!\w)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?!\w)/g;
const FISCAL = /(?<!\w)[A-Z]{6}[\dLMNPQRSTUV]{2}[A-EHLMPRST][\dLMNPQRSTUV]{2}[A-Z][\dLMNPQRSTUV]{3}[A-Z](?!\w)/g;
const NIF = /(?<![\w-])(?:\d{8}|[XYZ]\d{7})-?[A-Z](?![\w-])/g;
const CPF = /(?<![\w.-])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w-])/g;
const BORN =
  /\b(?:d\.?o\.?b\.?|born(?: on)?|date of birth|birth ?date|geboren(?: am)?|geb\.?|né(?:e)? le|nacid[oa](?: el)?|nat[oa] il|geboren op)\s*[:=]?\s*([\d][\d./-]{5,9}\d|\d{1,2}\.? \p{L}{3,10},? \d{4}|\p{L}{3,10} \d{1,2},? \d{4})/iu;

/** Adds what a cell has in it to the tallies: one a cell and kind, however often it is in it. */
export function inspect(text: string, flags: number, run: number, tallies: Float64Array): void {
  const add = (name: Tally) => {
    tallies[TALLY_INDEX[name]]! += 1;
  };
  if (flags & CELL.at) {
    if (some(EMAIL, text, (match) => isEmail(match.replace(/[.!?]+$/, '').replace(/^[^\p{L}\p{N}]+/u, ''))))
      add('email');
    if (flags & CELL.colon && text.includes('://') && text.split(/\s+/).some(isUrlWithUser)) add('url_with_user');
  }
  if (run >= 13) longRuns(text, add);
  if (run >= 7) phones(text, run, add);
  if (run >= 9) {
    if (some(SSN, text, (match) => isSsn(match.replace(/\D/g, '')))) add('us_ssn');
    if (flags & CELL.dot && some(CPF, text, (match) => isCpf(match.replace(/\D/g, '')))) add('br_cpf');
  }
  if (flags & CELL.letter && run >= 2) lettered(text, run, add);
  if (flags & CELL.dot && run >= 4) quads(text, add);
  if (flags & CELL.colon || flags & CELL.dash) {
    if (some(MAC, text, isMac)) add('mac_address');
    else if (flags & CELL.colon && some(COLONS, text, (match) => match.length > 8 && isAddress(match)))
      add('ip_address');
  }
  if (flags & CELL.letter && (flags & CELL.token ? holdsToken(text) : false)) add('credential');
  else if (
    flags & CELL.letter &&
    flags & (CELL.colon | CELL.equals | CELL.space) &&
    /pass|pwd|secret|key|token/i.test(text) &&
    holdsSaidSecret(text)
  )
    add('credential');
}

type Add = (name: Tally) => void;

function longRuns(text: string, add: Add): void {
  let issuer = false;
  let issuerPass = false;
  let other = false;
  let otherPass = false;
  let marked = false;
  for (const match of text.matchAll(RUN)) {
    const digits = match[0].replace(/\D/g, '');
    if (digits.length !== match[0].length && !CARD_GROUPS.test(match[0])) continue;
    const passes = luhn(digits);
    if (hasIssuer(digits)) {
      issuer = true;
      if (!passes || !isCard(digits)) continue;
      issuerPass = true;
      if (digits.length !== match[0].length || CARD_WORD.test(text.slice(Math.max(0, match.index - 40), match.index)))
        marked = true;
    } else {
      other = true;
      otherPass ||= passes;
    }
  }
  if (issuer) add('issuer_runs');
  if (issuerPass) add('issuer_passes');
  if (other) add('other_runs');
  if (otherPass) add('other_passes');
  if (marked) add('card_marked');
  if (issuerPass) add('card');
}

function phones(text: string, run: number, add: Add): void {
  const good = (match: string) => isPhone(match.trim(), match.replace(/\D/g, '').length);
  if (run >= 8 && some(INTERNATIONAL, text, good)) add('phone');
  else if (run >= 10 && some(NORTH_AMERICAN, text, good)) add('phone');
  else {
    for (const match of text.matchAll(CALL)) {
      const digits = match[1]!.replace(/\D/g, '').length;
      if (digits >= 7 && digits <= 15 && yearOfDate(match[1]!) === undefined) {
        add('phone');
        return;
      }
    }
  }
}

function lettered(text: string, run: number, add: Add): void {
  if (some(IBAN, text, isIban)) add('iban');
  if (run >= 6 && some(NINO, text, (match) => kindsOf(match).has('uk_nino'))) add('uk_nino');
  if (some(FISCAL, text, (match) => kindsOf(match).has('it_fiscal_code'))) add('it_fiscal_code');
  if (run >= 7) {
    let shape = false;
    if (
      some(NIF, text, (match) => {
        shape = true;
        return kindsOf(match).has('es_nif');
      })
    )
      add('es_nif');
    if (shape) add('nif_shapes');
  }
  if (run >= 4) {
    const born = BORN.exec(text);
    if (born !== null && yearOfDate(born[1]!.trim()) !== undefined) add('birth_date');
  }
}

function kindsOf(match: string): Set<string> {
  const found = new Set<string>();
  letterKinds(match.replace(/[\s-]/g, '').toUpperCase(), found);
  return found;
}

function quads(text: string, add: Add): void {
  let narrow = false;
  let wide = false;
  for (const [match] of text.matchAll(QUAD)) {
    if (!isAddress(match)) continue;
    if (isWideAddress(match)) wide = true;
    else narrow = true;
  }
  if (wide) add('ip_address');
  else if (narrow) add('narrow_quads');
}

function some(pattern: RegExp, text: string, good: (match: string) => boolean): boolean {
  for (const match of text.matchAll(pattern)) if (good(match[0])) return true;
  return false;
}
