import { fold } from '../header/tokens.js';

/** Forms that only a header can give a meaning to: dates, ages, addresses, codes. */

const ISO_DATE =
  /^(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[T ]\d{2}:?\d{2}(?::?\d{2}(?:\.\d+)?)?\s?(?:Z|UTC|[+-]\d{2}:?\d{2})?)?$/;
const NUMERIC_DATE = /^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:[T ,]+\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AP]M)?)?$/i;
const WORDED_DATE =
  /^(?:\p{L}{3,9}\.?,?\s+)?(?:\d{1,2}(?:st|nd|rd|th)?\.?[\s-]+(?:de\s+)?\p{L}{3,10}\.?,?[\s-]+(?:de\s+)?(\d{4}|\d{2})|\p{L}{3,9}\.?[\s-]+\d{1,2}(?:st|nd|rd|th)?,?[\s-]+(\d{4}))$/u;

/** The year of a date as people write it, undefined for what is none. Two-digit years are read as 1930 to 2029. */
export function yearOfDate(text: string): number | undefined {
  const iso = ISO_DATE.exec(text);
  if (iso !== null) return inCalendar(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const numeric = NUMERIC_DATE.exec(text);
  if (numeric !== null) {
    const [a, b] = [Number(numeric[1]), Number(numeric[2])];
    return inCalendar(fullYear(numeric[3]!), Math.min(a, b), Math.max(a, b));
  }
  const worded = WORDED_DATE.exec(text);
  if (worded !== null) return fullYear(worded[1] ?? worded[2]!);
  return undefined;
}

function fullYear(text: string): number {
  const year = Number(text);
  return text.length === 4 ? year : year < 30 ? 2000 + year : 1900 + year;
}

function inCalendar(year: number, month: number, day: number): number | undefined {
  const low = Math.min(month, day);
  const high = Math.max(month, day);
  return year >= 1000 && year <= 2200 && low >= 1 && low <= 12 && high >= 1 && high <= 31 ? year : undefined;
}

const STREET_WORD =
  /(?:^|[\s.,])(?:street|st|avenue|ave|av|road|rd|lane|ln|drive|dr|boulevard|blvd|bd|court|ct|place|pl|terrace|way|square|sq|close|crescent|parkway|pkwy|highway|hwy|circle|cir|trail|trl|loop|plaza|ridge|alley|gardens|grove|mews|rue|allee|chemin|impasse|quai|calle|c\/|avenida|avda|paseo|plaza|carrer|ronda|via|viale|piazza|corso|vicolo|contrada|largo|strada|rua|travessa|alameda|ulica|ul|aleja|al|plac|os|katu|tie|utca|ut|ter|ulice|bulevardul|sokak|mahallesi|caddesi|улица|ул|проспект|pasaje|glorieta|cuesta|camino|callejon|rambla|urbanizacion|acceso|pasadizo|vial|canale|rotonda|borgo|incrocio|stretto|vico|lungomare|aeroporto|rodovia|praia|setor|quadra|condominio|conjunto|estrada|fazenda|jardim|ladeira|lagoa|loteamento|parque|praca|residencial|sitio|trevo|vereda|viela|vila|nagar|marg|chowk|ganj|studio|пер|алл|наб|бул|бульвар|переулок|шоссе|apt|suite|unit|flat|box|po box|bypass|burg|camp|canyon|cape|causeway|center|centre|cliffs?|club|common|corners?|course|cove|creek|crest|crossing|crossroad|curve|dale|dam|divide|estates?|expressway|extension|falls?|ferry|fields?|flats?|ford|forest|forge|forks?|fort|freeway|garden|gateway|glens?|green|groves?|harbors?|haven|heights|hills?|hollow|inlet|islands?|isle|junctions?|keys?|knolls?|lakes?|landing|lights?|loaf|locks?|lodge|mall|manors?|meadows?|mews|mills?|mission|motorway|mount|mountains?|neck|orchard|oval|overpass|parks?|parkways?|passage|path|pike|pines?|plains?|points?|ports?|prairie|radial|ramp|ranch|rapids?|rest|ridges?|river|route|row|rue|run|shoals?|shores?|skyway|springs?|spurs?|station|stravenue|stream|summit|throughway|trace|track|trafficway|tunnel|turnpike|underpass|union|valleys?|viaduct|views?|villages?|ville|vista|walks?|wall|ways|wells?)(?:$|[\s.,])/iu;
const STREET_END =
  /(?:strasse|str\.?|weg|platz|allee|gasse|ring|damm|ufer|gata|gatan|vagen|vag|vej|gade|veien|vegen|gate|straat|laan|plein|dreef|kade|steeg|singel|gracht|hof|dijk|markt|katu|tie|kuja|polku|platsen|grand|stigen|ringen|vaenget|straede|torv|plads|parken|haven|bakken|toften|lunden|backen|torget|polku|raitti|bulevardi)(?:$|[\s.,])/iu;

/** A street with a number, or a street by its word: "12 Rue X", "X-straße 4a". */
export function isStreetAddress(original: string): boolean {
  const text = fold(original).replace(/\s*[\n;]\s*/g, ', ');
  if (text.length < 5 || text.length > 160 || !/\p{L}{3}/u.test(text)) return false;
  if (!/\d/.test(text)) return false;
  if (
    /^\d+[a-z]?(?:[-/]\d+[a-z]?)?,?\s+\p{L}/iu.test(text) ||
    /\p{L}[.,]?\s+(?:n[.°º]?\s*|no\.?\s*|#)?\d{1,5}\s?[a-z]?(?:[-/]\s?\w+)?(?:,|$)/iu.test(text)
  )
    return STREET_WORD.test(text) || STREET_END.test(text);
  return false;
}

/** Postcodes that are more than a run of digits and are hardly written for anything else: GB, CA, NL, BR, US with four more. */
const SURE_POSTCODE =
  /^(?:(?:GIR ?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d|[A-HK-Y]\d\d|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRV-Y]) \d[ABD-HJLNP-UW-Z]{2})|[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d|[1-9]\d{3} [A-Z]{2}|\d{5}-\d{4}|\d{5}-\d{3})$/;
/** Those of other countries, and how people write them. */
const POSTCODE =
  /^(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z][ -]?\d[A-Z]\d|\d{4} ?[A-Z]{2}|\d{2}-\d{3}|\d{3} \d{2}|\d{4}-\d{3}|\d{3}-\d{4}|(?:DK|D|CH|A|SE|S|NO|FI|LV|LT|AD|MD|L|B|F|I)-\d{4,5}|[A-Z]\d[\dW] ?[A-Z\d]{4}|[A-Z]\d{4}[A-Z]{3})$/;

export function isSurePostcode(text: string): boolean {
  return SURE_POSTCODE.test(text.toUpperCase());
}

export function isPostcode(text: string): boolean {
  return SURE_POSTCODE.test(text.toUpperCase()) || POSTCODE.test(text.toUpperCase());
}

const IMAGE_URL = /\.(?:jpe?g|png|gif|webp|heic|bmp|tiff?)(?:\?.*)?$/i;

export function isImagePath(text: string): boolean {
  return IMAGE_URL.test(text) || text.startsWith('data:image/');
}

const TRUTH = new Set([
  'true',
  'false',
  'yes',
  'no',
  'y',
  'n',
  't',
  'f',
  '0',
  '1',
  'ja',
  'nein',
  'oui',
  'non',
  'si',
  'on',
  'off',
]);

export function isTruth(folded: string): boolean {
  return TRUTH.has(folded);
}
