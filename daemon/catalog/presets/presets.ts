import type { DataType, Schema } from '../../columnar/index.js';
import { CounterfoilError, type Json, printable } from '../../foundation/index.js';
import type { ContractTerms } from '../contract/terms.js';
import type { Entity, PersonalFinding } from '../personal/index.js';
import { DIRECT, HIPAA, type Identifier, type PresetMask, SENSITIVE, SPECIAL } from './identifiers.js';

type Term = keyof ContractTerms;
type ColumnRule = { readonly op: string; readonly [parameter: string]: Json | undefined };

export interface Preset {
  name: string;
  summary: string;
  identifiers: readonly Identifier[];
  /** What a contract that names it has to say, by the properties of docs/CONTRACTS.md. */
  requires: readonly Term[];
  /** Every column of dates is cut to years, whether it looks personal or not. */
  datesToYears?: true;
}

/** Names of laws, and what they check for. None of them makes anything compliant. */
export const PRESETS: readonly Preset[] = [
  {
    name: 'hipaa-safe-harbor',
    summary: 'Checks for the eighteen identifiers of the HIPAA safe harbor, after masks that remove them.',
    identifiers: HIPAA,
    requires: ['noActualKnowledge'],
    datesToYears: true,
  },
  {
    name: 'gdpr',
    summary:
      'Checks for special categories (Art. 9 and 10 GDPR), replaces what names a person, and asks for purpose, legal basis, retention and transfer mechanism.',
    identifiers: [...SPECIAL, ...DIRECT.map((each) => ({ ...each, mayRemain: true as const }))],
    requires: ['purpose', 'legalBasis', 'retention', 'transferMechanism'],
  },
  {
    name: 'ccpa',
    summary: 'Checks for sensitive personal information of the CCPA, and replaces what names a consumer.',
    identifiers: [...SENSITIVE, ...DIRECT.map((each) => ({ ...each, mayRemain: true as const }))],
    requires: ['purpose'],
  },
];

/** `contract.invalid` with the names that there are. */
function presetNamed(name: string): Preset {
  const found = PRESETS.find((preset) => preset.name === name);
  if (found !== undefined) return found;
  const known = PRESETS.map((preset) => preset.name).join(', ');
  throw new CounterfoilError('contract.invalid', `${printable(name)} is not a preset; there are ${known}.`);
}

/** Kinds that may not be found after the masks. With a condition of Art. 9(2) special categories may be there. */
function forbidden(preset: Preset, terms: ContractTerms): Entity[] {
  const special = preset.name === 'gdpr' && terms.art9Condition !== undefined;
  const left = preset.identifiers.filter(({ mayRemain }) => mayRemain !== true && !special);
  return [...new Set(left.flatMap(({ entities }) => [...entities]))];
}

/** What the contract of a provider has to say for its presets; `contract.invalid` names what it does not. */
export function mustSay(terms: ContractTerms): void {
  for (const name of terms.presets ?? []) {
    const missing = presetNamed(name).requires.filter((term) => terms[term] === undefined);
    if (missing.length === 0) continue;
    throw new CounterfoilError(
      'contract.invalid',
      `The preset ${name} asks for ${missing.join(', ')}, which the contract does not say.`,
      { hint: 'Add it to the customProperties of the contract; docs/PRIVACY.md says what belongs there.' },
    );
  }
}

/** The ordinary rules that a document with these presets has beside its own. `contract.invalid`. */
export function presetRules(terms: ContractTerms): Json[] {
  return (terms.presets ?? []).flatMap((name) => {
    const preset = presetNamed(name);
    const entities = forbidden(preset, terms);
    const description = preset.summary;
    return entities.length === 0 ? [] : [{ id: `${name}.absent`, check: 'pii.absent', entities, description }];
  });
}

/** The masks of presets for the columns that look personal, by column. Of several the one that leaves least. */
export function presetMasks(
  terms: ContractTerms,
  schema: Schema,
  findings: readonly PersonalFinding[],
  now: number,
): Record<string, ColumnRule> {
  const masks = new Map<string, ColumnRule>();
  const set = (column: string, rule: ColumnRule) => {
    const before = masks.get(column);
    if (before === undefined || strength(rule) > strength(before)) masks.set(column, rule);
  };
  for (const preset of (terms.presets ?? []).map(presetNamed)) {
    const special = preset.name === 'gdpr' && terms.art9Condition !== undefined;
    for (const { name, type } of schema.fields) {
      if (preset.datesToYears === true && isDate(type)) set(name, { op: 'generalise_date', to: 'year' });
      for (const finding of findings) {
        // A finding in a field of a struct decides about the column that it is in.
        if (finding.column !== name && !finding.column.startsWith(`${name}.`)) continue;
        const identifier = preset.identifiers.find(({ entities }) => entities.includes(finding.entity));
        if (identifier === undefined || (special && SPECIAL.includes(identifier))) continue;
        set(name, finding.verdict === 'contains' ? inText(type) : maskOf(identifier.mask, finding.entity, type, now));
      }
    }
  }
  return Object.fromEntries(masks);
}

const ORDER = ['bottom_code', 'top_code', 'zip3', 'generalise_date', 'text_redact', 'token', 'token_random', 'drop'];
const strength = ({ op }: ColumnRule): number => ORDER.indexOf(op);

const DROP: ColumnRule = { op: 'drop' };
const isDate = ({ name }: DataType): boolean => name === 'date' || name === 'timestamp';
const isText = ({ name }: DataType): boolean => name === 'utf8';
const isWhole = ({ name }: DataType): boolean => name === 'int';

const inText = (type: DataType): ColumnRule => (isText(type) ? { op: 'text_redact' } : DROP);

function maskOf(mask: PresetMask, entity: Entity, type: DataType, now: number): ColumnRule {
  switch (mask) {
    case 'drop':
      return DROP;
    case 'token':
    case 'token_random':
      return isText(type) || isWhole(type) ? { op: mask, domain: entity } : DROP;
    case 'zip3':
      return isText(type) || isWhole(type) ? { op: 'zip3' } : DROP;
    case 'year':
      return isDate(type) ? { op: 'generalise_date', to: 'year' } : DROP;
    case 'age':
      return isWhole(type) || type.name === 'float' ? { op: 'top_code', max: 90 } : DROP;
    case 'birth_year':
      return isWhole(type) ? { op: 'bottom_code', min: new Date(now).getUTCFullYear() - 90 } : DROP;
  }
}
