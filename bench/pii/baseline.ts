import type { PersonalFinding } from '../../daemon/catalog/index.js';
import type { LabelledTable } from './tables.js';

/**
 * What is commonly done, to compare with: the first hundred values against patterns, the majority wins; else a word in the
 * header. No validators, no neighbours, no share expected by chance.
 */
const PATTERNS: readonly (readonly [string, RegExp])[] = [
  ['email', /^[^@\s]+@[^@\s]+\.[a-z]{2,}$/i],
  ['us_ssn', /^\d{3}-?\d{2}-?\d{4}$/],
  ['card', /^(?:\d[ -]?){13,16}$/],
  ['iban', /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/],
  ['ip_address', /^\d{1,3}(?:\.\d{1,3}){3}$/],
  ['mac_address', /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i],
  ['phone', /^\+?[\d\s().-]{9,16}$/],
  ['birth_date', /^\d{4}-\d{2}-\d{2}$/],
  ['full_name', /^\p{Lu}\p{L}+ \p{Lu}\p{L}+$/u],
];
const WORDS: readonly (readonly [string, RegExp])[] = [
  ['email', /mail/i],
  ['phone', /phone|tel|mobile/i],
  ['first_name', /first.?name/i],
  ['last_name', /last.?name|surname/i],
  ['full_name', /name/i],
  ['street_address', /address|street/i],
  ['city', /city/i],
  ['postcode', /zip|postal|postcode/i],
  ['birth_date', /birth|dob/i],
  ['gender', /gender|sex/i],
  ['age', /age/i],
  ['us_ssn', /ssn|social.?security/i],
  ['passport', /passport/i],
  ['card', /card/i],
  ['bank_account', /account/i],
  ['customer_id', /(?:customer|user).?id/i],
];
const LOOKED_AT = 100;

export function simpleFindings({ schema, batch }: LabelledTable): PersonalFinding[] {
  return schema.fields.flatMap(({ name }, at) => {
    const { offsets, data } = batch.columns[at]!;
    const values = Array.from({ length: Math.min(LOOKED_AT, batch.rows) }, (_, row) =>
      Buffer.from(data!.subarray(offsets![row], offsets![row + 1])).toString(),
    ).filter((value) => value !== '');
    const entity =
      PATTERNS.find(([, pattern]) => values.filter((value) => pattern.test(value)).length * 2 > values.length)?.[0] ??
      WORDS.find(([, word]) => word.test(name))?.[0];
    if (entity === undefined) return [];
    const finding = { column: name, entity, verdict: 'is', confidence: 1, evidence: '', matched: 0, tested: 0 };
    return [finding as PersonalFinding];
  });
}
