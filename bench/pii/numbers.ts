import type { Random } from './random.js';

/** Numbers with valid check digits, made here from the published rules so that no validator of the detector is asked. */

const sum = (digits: string, weights: readonly number[]): number =>
  weights.reduce((total, weight, at) => total + weight * Number(digits[at]), 0);

export function luhnDigit(digits: string): string {
  let total = 0;
  [...digits].reverse().forEach((digit, at) => {
    const value = Number(digit) * (at % 2 === 0 ? 2 : 1);
    total += value > 9 ? value - 9 : value;
  });
  return String((10 - (total % 10)) % 10);
}

const withLuhn = (digits: string): string => digits + luhnDigit(digits);

export function card(random: Random): string {
  const [prefix, length] = random.pick([
    ['4', 16],
    ['51', 16],
    ['55', 16],
    ['2221', 16],
    ['34', 15],
    ['37', 15],
    ['6011', 16],
    ['36', 14],
    ['3528', 16],
  ] as const);
  return withLuhn(prefix + random.digits(length - prefix.length - 1));
}

export function ssn(random: Random): string {
  const area = random.pick([random.int(1, 665), random.int(667, 899)]);
  return `${String(area).padStart(3, '0')}-${String(random.int(1, 99)).padStart(2, '0')}-${String(random.int(1, 9999)).padStart(4, '0')}`;
}

export const itin = (random: Random): string => `9${random.digits(2)}-${random.int(70, 88)}-${random.digits(4)}`;

export function nino(random: Random): string {
  const first = random.pick([...'ABCEHJKLMPRSTWXY']);
  const second = random.pick([...'ABCEHJKLMPRSTWXYZ']);
  return `${first}${second}${random.digits(6)}${random.pick([...'ABCD'])}`.replace(/^(BG|GB|KN|NK|NT|TN|ZZ)/, 'AB');
}

export function nhs(random: Random): string {
  for (;;) {
    const digits = `${random.pick(['4', '6', '7'])}${random.digits(8)}`;
    const check = (11 - (sum(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
    if (check < 10) return digits + check;
  }
}

export function steuerId(random: Random): string {
  // Ten digits of which one is there twice and one is missing, then ISO 7064 MOD 11,10.
  const order = [...'0123456789'].sort(() => random.next() - 0.5);
  order[9] = order[random.int(1, 7)]!;
  if (order[0] === '0') [order[0], order[1]] = [order[1]!, '0'];
  let product = 10;
  for (const digit of order) {
    const step = (Number(digit) + product) % 10 || 10;
    product = (step * 2) % 11;
  }
  return order.join('') + String((11 - product) % 10);
}

export function nir(random: Random): string {
  const body = `${random.int(1, 2)}${String(random.int(30, 99))}${String(random.int(1, 12)).padStart(2, '0')}${String(random.int(1, 95)).padStart(2, '0')}${String(random.int(1, 900)).padStart(3, '0')}${String(random.int(1, 999)).padStart(3, '0')}`;
  return body + String(97 - Number(BigInt(body) % 97n)).padStart(2, '0');
}

const DNI = 'TRWAGMYFPDXBNJZSQVHLCKE';

export function nif(random: Random): string {
  if (random.chance(0.15)) {
    const at = random.int(0, 2);
    const digits = random.digits(7);
    return `${'XYZ'[at]}${digits}${DNI[Number(`${at}${digits}`) % 23]}`;
  }
  const digits = random.digits(8);
  return `${digits}${DNI[Number(digits) % 23]}`;
}

const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

export function fiscalCode(random: Random): string {
  const letters = random.shape('@@@@@@');
  const day = random.int(1, 28) + random.pick([0, 40]);
  const body = `${letters}${random.digits(2)}${random.pick([...'ABCDEHLMPRST'])}${String(day).padStart(2, '0')}${random.pick([...'ABCDEFGHILMZ'])}${random.int(100, 999)}`;
  const total = [...body].reduce((value, sign, at) => {
    const index = /\d/.test(sign) ? Number(sign) : sign.charCodeAt(0) - 65;
    return value + (at % 2 === 0 ? ODD[index]! : index);
  }, 0);
  return body + String.fromCharCode(65 + (total % 26));
}

export function bsn(random: Random): string {
  for (;;) {
    const digits = `${random.int(1, 9)}${random.digits(7)}`;
    const check = sum(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    if (check < 10) return digits + check;
  }
}

const birth = (random: Random): [string, string, string] => [
  String(random.int(40, 99)),
  String(random.int(1, 12)).padStart(2, '0'),
  String(random.int(1, 28)).padStart(2, '0'),
];

export function personnummer(random: Random): string {
  const [year, month, day] = birth(random);
  const serial = random.digits(3);
  return `${year}${month}${day}-${withLuhn(year + month + day + serial).slice(6)}`;
}

export function pesel(random: Random): string {
  const [year, month, day] = birth(random);
  const digits = `${year}${month}${day}${random.digits(4)}`;
  return digits + String((10 - (sum(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10);
}

export const sin = (random: Random): string => {
  const digits = withLuhn(`${random.int(1, 7)}${random.digits(7)}`);
  return `${digits.slice(0, 3)} ${digits.slice(3, 6)} ${digits.slice(6)}`;
};

export function tfn(random: Random): string {
  for (;;) {
    const digits = `${random.int(1, 9)}${random.digits(8)}`;
    if (sum(digits, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0)
      return `${digits.slice(0, 3)} ${digits.slice(3, 6)} ${digits.slice(6)}`;
  }
}

const FIVE = (a: number, b: number): number => {
  // Product in the dihedral group of the pentagon, as Verhoeff numbers its elements.
  const turn = a < 5 ? (b < 5 ? (a + b) % 5 : ((a + b) % 5) + 5) : b < 5 ? ((a - b + 5) % 5) + 5 : (a - b + 5) % 5;
  return turn;
};
const PERMUTE = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

export function aadhaar(random: Random): string {
  const digits = `${random.int(2, 9)}${random.digits(10)}`;
  const turned = (digit: number, times: number): number => (times === 0 ? digit : turned(PERMUTE[digit]!, times - 1));
  for (let check = 0; check < 10; check++) {
    const all = [...(digits + check)].reverse().map(Number);
    if (all.reduce((state, digit, at) => FIVE(state, turned(digit, at % 8)), 0) === 0) return digits + check;
  }
  return digits;
}

export const pan = (random: Random): string => `${random.shape('@@@')}P${random.shape('@####@')}`;

export function cpf(random: Random): string {
  const digits = random.digits(9);
  const first = ((sum(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10;
  const second = ((sum(digits + first, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10;
  return `${digits.slice(0, 3)}.${digits.slice(3, 6)}.${digits.slice(6)}-${first}${second}`;
}

export const imei = (random: Random): string => withLuhn(`35${random.digits(12)}`);

export const npi = (random: Random): string => {
  const digits = `1${random.digits(8)}`;
  return digits + luhnDigit(`80840${digits}`);
};

export function routing(random: Random): string {
  const digits = `${random.pick(['01', '02', '06', '11', '12', '26', '32'])}${random.digits(6)}`;
  return digits + String((10 - (sum(digits, [3, 7, 1, 3, 7, 1, 3, 7]) % 10)) % 10);
}

const VIN_SIGNS = 'ABCDEFGHJKLMNPRSTUVWXYZ0123456789';
const vinValue = (sign: string): number =>
  /\d/.test(sign) ? Number(sign) : '12345678012345070923456789'.charCodeAt(sign.charCodeAt(0) - 65) - 48;

export function vin(random: Random): string {
  const signs = Array.from({ length: 17 }, () => random.pick([...VIN_SIGNS]));
  signs[0] = random.pick([...'123456789JKLSVWYZ']);
  signs[8] = '0';
  const rest =
    [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2].reduce(
      (total, weight, at) => total + weight * vinValue(signs[at]!),
      0,
    ) % 11;
  signs[8] = rest === 10 ? 'X' : String(rest);
  return signs.join('');
}

export function iban(random: Random, country: string): string {
  const bban = random.shape(
    {
      DE: '##################',
      FR: '##########***********##',
      ES: '####################',
      NL: '@@@@##########',
      GB: '@@@@##############',
      PL: '########################',
    }[country] ?? '##################',
  );
  const code = country in { DE: 0, NL: 0, GB: 0 } ? country : 'DE';
  const body = code === 'DE' ? random.digits(18) : bban;
  const digits = [...`${body}${code}00`]
    .map((sign) => (/\d/.test(sign) ? sign : String(sign.charCodeAt(0) - 55)))
    .join('');
  return `${code}${String(98 - Number(BigInt(digits) % 97n)).padStart(2, '0')}${body}`;
}
