import type { Faker } from '@faker-js/faker';
import { luhnDigit } from './numbers.js';
import type { Random } from './random.js';

type Make = (faker: Faker, random: Random, row: number) => unknown;

/** Columns that look like personal data by header or by value, and are none. */
export const HARD: Readonly<Record<string, Make>> = {
  epoch: (_, r) => r.int(1_600_000_000, 1_760_000_000),
  created_ms: (_, r) => 1_600_000_000_000 + r.int(0, 1e9) * 100,
  order_number: (_, r) => r.digits(10),
  order_ref: (_, r) => `ORD-${r.digits(9)}`,
  luhn_id: (_, r) => luhnId(r.digits(9)),
  batch_serial: (_, r) => luhnId(r.digits(15)),
  transaction_no: (_, r) => `1${r.digits(15)}`,
  isbn: (_, r) => isbn10(r),
  isbn13: (f) => f.commerce.isbn({ separator: '' }),
  ean: (_, r) => ean(r),
  sku: (_, r) => r.shape('@@@-####-**'),
  part_no: (_, r) => r.shape('###-###-####').replace(/^./, '1'),
  version: (_, r) => `${r.int(0, 12)}.${r.int(0, 30)}.${r.int(0, 20)}`,
  build_version: (_, r) => `${r.int(1, 11)}.${r.int(0, 9)}.${r.int(0, 20)}.${r.int(0, 30)}`,
  tracking: (_, r) => `1Z${r.shape('******##########')}`,
  uuid: (f) => f.string.uuid(),
  git_commit: (f) => f.git.commitSha(),
  product_name: (f) => f.commerce.productName(),
  company_name: (f) => f.company.name(),
  vendor: (f) => f.company.name(),
  ship_name: (_, r) =>
    r.pick([
      'MV Aurora',
      'Ever Given',
      'MSC Zoe',
      'Sea Breeze',
      'Queen Mary 2',
      'Ocean Star',
      'Black Pearl',
      'Viking Grace',
    ]),
  airport: (f) => f.airline.airport().name,
  airline: (f) => f.airline.airline().name,
  street_name_of_stop: (f) => f.location.street(),
  file_name: (f) => f.system.fileName(),
  host_name: (f) => f.internet.domainWord(),
  email_sent: (_, r) => r.pick(['true', 'false']),
  email_opened_at: (f) => f.date.recent().toISOString(),
  phone_model: (_, r) => r.pick(['Galaxy S24', 'Pixel 9', 'iPhone 15', 'Xperia 1']),
  phone_type: (_, r) => r.pick(['mobile', 'landline', 'voip']),
  address_count: (_, r) => r.int(0, 5),
  name_length: (_, r) => r.int(3, 15),
  city_code: (_, r) => r.shape('@@@'),
  country: (f) => f.location.country(),
  us_state: (f) => f.location.state(),
  origin: (f) => f.airline.airport().iataCode,
  destination: (f) => f.airline.airport().iataCode,
  station_lat: (f) => f.location.latitude(),
  station_lon: (f) => f.location.longitude(),
  temperature: (_, r) => r.int(-200, 400) / 10,
  price: (f) => f.commerce.price(),
  quantity: (_, r) => r.int(1, 99),
  color: (f) => f.color.human(),
  mime: (f) => f.system.mimeType(),
  url: (f) => f.internet.url(),
  currency: (f) => f.finance.currencyCode(),
  description: (f) => f.commerce.productDescription(),
  log: (f, r) =>
    `${f.hacker.phrase()} (code ${r.int(100, 599)}, took ${r.int(1, 9000)} ms, v${r.int(1, 3)}.${r.int(0, 9)}.${r.int(0, 9)})`,
  book_title: (f) => f.book.title(),
  song: (f) => f.music.songName(),
  vehicle: (f) => f.vehicle.vehicle(),
  manufacturer: (f) => f.vehicle.manufacturer(),
  species: (f) => f.animal.dog(),
  dish: (f) => f.food.dish(),
  department: (f) => f.commerce.department(),
  job_title: (f) => f.person.jobTitle(),
  status_code: (_, r) => r.pick([200, 201, 301, 404, 500]),
  due_date: (f) => f.date.future().toISOString().slice(0, 10),
  region_code: (_, r) => r.digits(5),
  port: (_, r) => r.int(1, 65535),
  duration: (_, r) =>
    `${String(r.int(0, 23)).padStart(2, '0')}:${String(r.int(0, 59)).padStart(2, '0')}:${String(r.int(0, 59)).padStart(2, '0')}`,
};

/** What tables of things are made of: one table a line. */
export const THINGS: readonly (readonly string[])[] = [
  ['sku', 'product_name', 'price', 'quantity', 'color', 'description', 'ean'],
  ['isbn', 'book_title', 'price', 'due_date'],
  ['isbn13', 'book_title', 'currency'],
  ['origin', 'destination', 'airline', 'duration', 'price'],
  ['airport', 'country', 'station_lat', 'station_lon'],
  ['order_number', 'order_ref', 'epoch', 'quantity', 'price', 'currency'],
  ['luhn_id', 'batch_serial', 'part_no', 'created_ms'],
  ['transaction_no', 'tracking', 'price', 'status_code'],
  ['uuid', 'git_commit', 'version', 'build_version', 'file_name', 'mime'],
  ['host_name', 'port', 'log', 'status_code', 'epoch'],
  ['company_name', 'us_state', 'country', 'url'],
  ['ship_name', 'destination', 'due_date', 'temperature'],
  ['species', 'temperature', 'region_code'],
  ['vehicle', 'manufacturer', 'price', 'color'],
  ['email_sent', 'email_opened_at', 'phone_model', 'phone_type', 'address_count', 'name_length', 'city_code'],
  ['street_name_of_stop', 'station_lat', 'station_lon', 'region_code'],
  ['dish', 'price', 'department', 'vendor'],
  ['song', 'duration', 'quantity'],
  ['department', 'job_title', 'quantity'],
];

const luhnId = (digits: string): string => digits + luhnDigit(digits);

function isbn10(random: Random): string {
  const digits = `${random.pick(['0', '1', '3', '7'])}${random.digits(8)}`;
  const rest = [...digits].reduce((sum, digit, at) => sum + (10 - at) * Number(digit), 0) % 11;
  const check = (11 - rest) % 11;
  return digits + (check === 10 ? 'X' : String(check));
}

function ean(random: Random): string {
  const digits = `4${random.digits(11)}`;
  const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 1 : 3), 0);
  return digits + String((10 - (sum % 10)) % 10);
}
