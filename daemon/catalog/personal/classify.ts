import { isCard, passesIban } from './formats/bank.js';
import { bareEmail, isEmail, isMarkedPhone, isPhone, isPhoneLike } from './formats/contact.js';
import { digitKinds, isItin, isSsn, letterKinds } from './formats/national.js';
import { isAddress, isMac, isProfileUrl, isUrlWithUser, isVin, isWideAddress } from './formats/network.js';
import { isOtherNational } from './formats/other-states.js';
import { isImagePath, isPostcode, isStreetAddress, isSurePostcode, isTruth, yearOfDate } from './formats/plain.js';
import { holdsToken } from './formats/secrets.js';
import { isVat } from './formats/vat.js';
import { fold } from './header/tokens.js';
import { KIND_INDEX, type Kind } from './kinds.js';
import { nameKinds } from './names/classify.js';
import { dictionary } from './names/dictionary.js';
import { ETHNICITIES, ETHNICITY_WORDS, GENDER_WORDS, GENDERS, MARITAL, OTHERS, RELIGIONS } from './names/vocabulary.js';

/** Longer values are text, and what is in them is the matter of the full scan. */
const LONGEST = 200;

/** What a whole value looks like: the indices of its kinds, ascending. `text` is trimmed and not empty. */
export function classify(text: string): Uint8Array {
  const found = new Set<string>();
  if (text.length > LONGEST) {
    found.add('long_text');
    if (holdsToken(text) && !/\s/.test(text)) found.add('credential');
    if (text.startsWith('data:image/')) found.add('image_url');
  } else judge(text, found);
  return Uint8Array.from([...found].map((kind) => KIND_INDEX.get(kind as Kind)!)).sort();
}

function judge(text: string, found: Set<string>): void {
  const digits = text.replace(/\D+/g, '');
  const letters = /\p{L}/u.test(text);
  if (digits.length === text.length) onlyDigits(text, found);
  else if (digits.length > 0) withDigits(text, digits, letters, found);
  if (letters) withLetters(text, digits.length, found);
  const tight = !/\s/.test(text);
  if (tight && text.includes('@')) {
    if (isEmail(bareEmail(text))) found.add('email');
  } else if (text.includes('@') && isEmail(bareEmail(text))) found.add('email');
  if (tight) tightText(text, letters, found);
}

function onlyDigits(text: string, found: Set<string>): void {
  found.add('digits').add('number').add('code_like');
  if (text.length >= LONG) found.add('long_code');
  const value = Number(text);
  if (text.length <= 3 && value <= 120) {
    found.add('age_like');
    if (value % 5 === 0) found.add('age_step');
  }
  if (text.length === 4 && value >= 1850 && value <= 2100) found.add('year_like');
  if (text.length >= 3 && text.length <= 8) found.add('postcode');
  if (text.length === 1) genderLike(text, found);
  if (text.length >= 7 && text.length <= 15) found.add('phone_like');
  if (text.length === 8) dateKinds(text, found);
  if (/^[01]$/.test(text)) found.add('truth');
  digitKinds(text, found);
  if (text.length >= 11 && text.length <= 18 && isOtherNational(text)) found.add('national_id');
}

function withDigits(text: string, digits: string, letters: boolean, found: Set<string>): void {
  if (
    /^(?:-|\+(?!\d{8}))?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text) ||
    /^-?\d+,\d+$/.test(text)
  ) {
    found.add('number');
    if (/^[+-]?\d{1,3}\.\d{2,}$/.test(text) && Math.abs(Number(text)) <= 180) found.add('degrees');
    if (/^\d{1,3}\.0$/.test(text)) {
      found.add('age_like');
      if (/[05]\.0$/.test(text)) found.add('age_step');
    }
    if (/^\d{7,15}\.0$/.test(text)) found.add('phone_like').add('digits');
  }
  if (/^\(?-?\d{1,3}\.\d{2,}°?[NS]?\s*[,; ]\s*-?\d{1,3}\.\d{2,}°?[EW]?\)?$/.test(text))
    found.add('degrees').add('marked');
  dateKinds(text, found);
  if (!found.has('number') && !found.has('date_like') && isPhoneLike(text, digits.length)) {
    found.add('phone_like');
    if (isMarkedPhone(text)) found.add('phone_marked');
  }
  codeKinds(text, digits.length, found);
  if (!found.has('date_like') && !found.has('number') && isPhone(text, digits.length)) found.add('phone').add('marked');
  if (isPostcode(text)) found.add('postcode');
  if (isSurePostcode(text)) found.add('sure_postcode');
  if (isAddress(text)) {
    found.add('ip_address');
    if (isWideAddress(text)) found.add('wide_ip');
  }
  if (/^[A-Za-z0-9\s.\-/]+$/.test(text)) {
    const bare = text.replace(/[\s.\-/]/g, '').toUpperCase();
    if (!letters) separatedDigits(text, bare, found);
    else {
      letterKinds(bare, found);
      if (bare.length >= 14 && bare.length <= 34 && /^[A-Z]{2}\d{2}[A-Z0-9]*\d/.test(bare)) {
        found.add('iban_like');
        if (passesIban(bare)) found.add('iban');
      }
      if (isVat(bare)) found.add('vat_id');
      if (bare.length === 17 && isVin(bare)) found.add('vin');
    }
  }
  if (text.length >= 9 && text.length <= 20 && isOtherNational(text)) found.add('national_id');
  if (letters && isStreetAddress(text)) found.add('street_address');
}

/** Digits in groups. Groups at their usual places are a mark of their own. */
function separatedDigits(text: string, bare: string, found: Set<string>): void {
  if (/^\d{3}[- ]\d{2}[- ]\d{4}$/.test(text)) {
    if (isSsn(bare)) found.add('us_ssn').add('grouped_ssn');
    if (isItin(bare)) found.add('us_itin').add('grouped_ssn');
    return;
  }
  if (found.has('number') || found.has('date_like')) return;
  const inside = new Set<string>();
  digitKinds(bare, inside);
  for (const kind of ['us_ssn', 'us_itin', 'luhn', 'routing_number']) inside.delete(kind);
  if (inside.size > 0) found.add('marked');
  for (const kind of inside) found.add(kind);
  if (isCard(bare)) found.add('card').add('marked');
}

/** Letters and digits of a code that is more than a small number. */
const LONG = 5;

function codeKinds(text: string, digits: number, found: Set<string>): void {
  if (found.has('number') || text.length > 40 || !/^[\w#.\-/* ]+$/.test(text)) return;
  const signs = text.replace(/[^A-Za-z0-9]/g, '').length;
  if (text.includes(' ') && digits * 4 < signs) return;
  found.add('code_like');
  if (signs >= LONG) found.add('long_code');
}

function dateKinds(text: string, found: Set<string>): void {
  if (text.length < 6 || text.length > 40) return;
  const year = yearOfDate(text);
  if (year === undefined) return;
  found.add('date_like');
  if (year >= 1890 && year <= 2030) found.add('past_date');
}

function withLetters(text: string, digits: number, found: Set<string>): void {
  const folded = fold(text);
  const words = text.split(/\s+/).length;
  found.add(words === 1 ? 'word' : 'words');
  if (digits === 0) {
    nameKinds(text, found);
    genderLike(folded, found);
    if (MARITAL.has(folded)) found.add('marital_status');
    if (MARITAL.has(folded) && folded.length > 1) found.add('marked');
    if (OTHERS.has(folded)) found.add('other_word');
    if (RELIGIONS.has(folded)) found.add('religion');
    if (ETHNICITIES.has(folded)) found.add('ethnicity');
    if (ETHNICITY_WORDS.has(folded)) found.add('ethnicity').add('marked');
    if (isTruth(folded)) found.add('truth');
    const { countries, cities, states } = dictionary();
    if (countries.has(folded) || /^[A-Z]{2,3}$/.test(text)) found.add('country');
    if (cities.has(folded)) found.add('city');
    if (states.has(folded) || /^[A-Z]{2}$/.test(text)) found.add('state');
  }
  if (/\b(?:inc|ltd|llc|gmbh|corp|plc|s\.?a|bv|ag|co)\.?$/i.test(text)) found.add('organisation');
}

function genderLike(folded: string, found: Set<string>): void {
  if (!GENDERS.has(folded)) return;
  found.add('gender');
  if (GENDER_WORDS.has(folded)) found.add('marked');
}

function tightText(text: string, letters: boolean, found: Set<string>): void {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^www\./i.test(text)) {
    found.add('url_like');
    if (isUrlWithUser(text)) found.add('url_with_user');
  }
  if (letters && text.includes('/') && isProfileUrl(text)) found.add('profile_url');
  if (isImagePath(text)) found.add('image_url');
  if (/^(?:[0-9a-f]{16,}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i.test(text))
    found.add('hex_like');
  if (text.length >= 14 && isMac(text)) found.add('mac_address');
  if (text.length >= 8 && /[:]/.test(text) && isAddress(text)) found.add('ip_address').add('wide_ip');
  if (text.length >= 16 && holdsToken(text)) found.add('credential');
}
