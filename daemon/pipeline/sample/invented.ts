/** The text of the invented value of a number. Different numbers give different texts, as far as the form has so many. */
type Invent = (number: number) => string;

const digits = (number: number, count: number): string => String(number % 10 ** count).padStart(count, '0');
const of = (list: string): Invent => {
  const words = list.split(' ');
  return (number) => words[number % words.length]!;
};

/** Remainder by 97 of digits and letters (10 to 35), ISO 7064. */
function mod97(text: string): number {
  let rest = 0;
  for (const char of text) {
    const value = Number.parseInt(char, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}

/** Appends the digit that makes a row of digits pass Luhn. Letters count as 10 to 35, as in securities' numbers. */
function luhn(text: string): string {
  const spelt = [...text].map((char) => Number.parseInt(char, 36)).join('');
  let sum = 0;
  [...spelt].reverse().forEach((char, at) => {
    const doubled = Number(char) * (at % 2 === 0 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  });
  return `${text}${(10 - (sum % 10)) % 10}`;
}

/** Appends the check digit of GS1 numbers. */
function gs1(text: string): string {
  const sum = [...text].reverse().reduce((total, char, at) => total + Number(char) * (at % 2 === 0 ? 3 : 1), 0);
  return `${text}${(10 - (sum % 10)) % 10}`;
}

/** The check digit of German VAT numbers, ISO 7064 MOD 11,10. */
function mod11(text: string): string {
  let product = 10;
  for (const char of text) {
    const sum = (Number(char) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return `${text}${(11 - product) % 10}`;
}

function issn(text: string): string {
  const sum = [...text].reduce((total, char, at) => total + Number(char) * (8 - at), 0);
  const check = (11 - (sum % 11)) % 11;
  return `${text.slice(0, 4)}-${text.slice(4)}${check === 10 ? 'X' : check}`;
}

const checked = (head: string, body: string): string => String(98 - mod97(`${body}${head}00`)).padStart(2, '0');
const date = (number: number): string => new Date(Date.UTC(2000, 0, 1 + (number % 9000))).toISOString().slice(0, 10);
const clock = (number: number): string =>
  `${digits(Math.floor(number / 3600) % 24, 2)}:${digits(Math.floor(number / 60) % 60, 2)}:${digits(number % 60, 2)}`;
const hex = (number: number, count: number): string => number.toString(16).padStart(count, '0').slice(-count);

/**
 * Invented values by the formats of the check `format` and the kinds of personal data. Names, addresses and numbers are of
 * the ranges kept for documentation where there are any (RFC 2606, 3849, 5737), check digits are sound.
 */
const INVENTED: Readonly<Record<string, Invent>> = {
  email: (number) => `person${digits(number, 7)}@example.org`,
  uri: (number) => `https://example.org/${digits(number, 7)}`,
  profile_url: (number) => `https://example.org/${digits(number, 7)}`,
  hostname: (number) => `host${digits(number, 7)}.example.org`,
  ipv4: (number) => `10.${(number >> 16) % 256}.${(number >> 8) % 256}.${number % 256}`,
  ip: (number) => `10.${(number >> 16) % 256}.${(number >> 8) % 256}.${number % 256}`,
  ip_address: (number) => `10.${(number >> 16) % 256}.${(number >> 8) % 256}.${number % 256}`,
  ipv6: (number) => `2001:db8::${(number >> 16).toString(16)}:${(number % 65536).toString(16)}`,
  mac: (number) => `02:00:${hex(number, 8).replace(/(..)(..)(..)(..)/, '$1:$2:$3:$4')}`,
  mac_address: (number) => `02:00:${hex(number, 8).replace(/(..)(..)(..)(..)/, '$1:$2:$3:$4')}`,
  uuid: (number) => `00000000-0000-4000-8000-${digits(number, 12)}`,
  date,
  birth_date: date,
  death_date: date,
  time: clock,
  'date-time': (number) => `${date(number)}T${clock(number)}Z`,
  duration: (number) => `PT${1 + number}M`,
  iban: (number) => `DE${checked('DE', digits(number, 18))}${digits(number, 18)}`,
  bic: (number) => `TESTDEFF${digits(number, 3)}`,
  card: (number) => luhn(`400000${digits(number, 9)}`),
  luhn: (number) => luhn(digits(number, 10)),
  e164: (number) => `+1202${digits(number, 7)}`,
  phone: (number) => `+1202${digits(number, 7)}`,
  isin: (number) => luhn(`US${digits(number, 9)}`),
  lei: (number) => `0000${digits(number, 14)}${checked('', `0000${digits(number, 14)}`)}`,
  vat: (number) => `DE${mod11(`1${digits(number, 7)}`)}`,
  vat_id: (number) => `DE${mod11(`1${digits(number, 7)}`)}`,
  ean: (number) => gs1(`200${digits(number, 9)}`),
  isbn: (number) => gs1(`979${digits(number, 9)}`),
  issn: (number) => issn(digits(number, 7)),
  imei: (number) => luhn(`00${digits(number, 12)}`),
  'iso3166-alpha2': of('DE FR US GB JP IT ES NL PL SE'),
  'iso3166-alpha3': of('DEU FRA USA GBR JPN ITA ESP NLD POL SWE'),
  'iso3166-numeric': of('276 250 840 826 392 380 724 528 616 752'),
  iso4217: of('EUR USD GBP JPY CHF SEK PLN CAD AUD INR'),
  'iso639-1': of('de fr en es it nl pl sv ja pt'),
  semver: (number) => `1.${Math.floor(number / 10)}.${number % 10}`,
  json: (number) => `{"id":${number}}`,
  base64: (number) => Buffer.from(`sample-${digits(number, 7)}`).toString('base64'),
  hex: (number) => hex(number, 8),
  first_name: (number) => `First${digits(number, 7)}`,
  last_name: (number) => `Last${digits(number, 7)}`,
  full_name: (number) => `First${digits(number, 7)} Last${digits(number, 7)}`,
};

/** How values of a format or kind are invented; those without a form of their own are the column's name and a number. */
export function inventing(kind: string | undefined, column: string): Invent {
  const own = kind === undefined ? undefined : INVENTED[kind];
  if (own !== undefined) return own;
  const head = column.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 20) || 'value';
  return (number) => `${head}-${digits(number, 7)}`;
}
