import type { Entity } from './entities.js';

/** Kinds whose form tells them wherever in a text they stand. */
const FORMED = [
  'email',
  'phone',
  'card',
  'iban',
  'us_ssn',
  'uk_nino',
  'it_fiscal_code',
  'es_nif',
  'br_cpf',
  'ip_address',
  'mac_address',
] as const satisfies readonly Entity[];

/** Kinds that are looked for inside every cell of a text column, not only as a whole value. */
export const INSIDE = [...FORMED, 'url_with_user', 'birth_date', 'credential'] as const satisfies readonly Entity[];

export type InsideEntity = (typeof INSIDE)[number];

/** Those of which the full scan sees each cell that is one; of the others it sees those that stand out in a text. */
export const COUNTED = FORMED.filter((kind) => kind !== 'phone');

export type CountedEntity = (typeof COUNTED)[number];

/** Kinds that are found within running text with their place, so that they can be replaced. */
export const SPAN_KINDS = [...FORMED, 'url', 'date', 'credential', 'full_name'] as const;

export type SpanKind = (typeof SPAN_KINDS)[number];

/**
 * How each is written. Matches are bounded in length, so that no text makes one slow. What a match must be besides is
 * for its validator to say.
 */
export const FORMS = {
  card: /(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-]|\.\d)/g,
  iban: /(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?![A-Z0-9])/gi,
  us_ssn: /(?<![\w-])\d{3}([- ])\d{2}\1\d{4}(?![\w-])/g,
  br_cpf: /(?<![\w.-])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w-])/g,
  uk_nino: /(?<!\w)(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?!\w)/g,
  it_fiscal_code: /(?<!\w)[A-Z]{6}[\dLMNPQRSTUV]{2}[A-EHLMPRST][\dLMNPQRSTUV]{2}[A-Z][\dLMNPQRSTUV]{3}[A-Z](?!\w)/g,
  es_nif: /(?<![\w-])(?:\d{8}|[XYZ]\d{7})-?[A-Z](?![\w-])/g,
  mac_address: /(?<![\w:-])[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}(?![\w:-])/gi,
  ip_quad: /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)/g,
  ip_groups: /(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{1,4}(?![\w:])/gi,
} as const satisfies Readonly<Record<string, RegExp>>;
