import { z } from 'zod';
import { ENTITIES } from '../../../catalog/index.js';
import { CounterfoilError, LIMITS, printable } from '../../../foundation/index.js';
import { MASK_METADATA } from '../../masks/plan.js';
import { type BindContext, type CheckState, defineCheck, type Outcome, type Place, type Rows } from '../define.js';
import type { PersonalDetector, PersonalFinding } from '../detector.js';
import type { CommonRule } from '../rule.js';
import { count, sentence } from '../wording.js';

/** Kinds of personal data by name; one that the detector does not know could never be found, so it is refused. */
export const entities = z.array(z.enum(ENTITIES)).min(1);

/** A detector over some columns of the data. */
export class DetectorState implements CheckState {
  readonly detector: PersonalDetector;
  readonly #places: readonly Place[];
  rows = 0;

  constructor(detector: PersonalDetector, places: readonly Place[], rows = 0) {
    this.detector = detector;
    this.#places = places;
    this.rows = rows;
  }

  update({ batch }: Rows): void {
    this.rows += batch.rows;
    this.detector.update({ rows: batch.rows, columns: this.#places.map((place) => batch.columns[place.at]!) });
  }

  merge(other: this): void {
    this.rows += other.rows;
    this.detector.merge(other.detector);
  }

  serialise(): Uint8Array {
    const head = Buffer.alloc(8);
    head.writeDoubleLE(this.rows);
    return Buffer.concat([head, this.detector.serialise()]);
  }
}

/**
 * A detector over the named columns, or over all. Of a masked column the header is no evidence: a column called "email"
 * that holds tokens is none of addresses. So it is shown to the detector under a name that says nothing.
 */
export function detectorStates(places: readonly Place[], { detector, schema }: BindContext) {
  if (detector === undefined)
    throw new CounterfoilError('internal', 'This run was started without a detector of personal data.');
  const all = places.length > 0 ? places : schema.fields.map((field, at) => ({ ...field, at }));
  const shown = all.map((place, at) => (place.metadata?.[MASK_METADATA] === undefined ? place.name : `c${at}`));
  const part = { fields: all.map(({ type, nullable }, at) => ({ name: shown[at]!, type, nullable })) };
  return {
    init: () => new DetectorState(detector(part), all),
    deserialise: (bytes: Uint8Array) =>
      new DetectorState(detector(part, bytes.subarray(8)), all, Buffer.from(bytes).readDoubleLE(0)),
    columns: all.length,
    findings: (state: DetectorState): PersonalFinding[] =>
      state.detector
        .findings()
        .map((finding) => ({ ...finding, column: all[shown.indexOf(finding.column)]?.name ?? finding.column })),
  };
}

export const piiAbsent = defineCheck({
  name: 'pii.absent',
  family: 'privacy',
  needs: 'nothing',
  independent: true,
  columns: 'optional',
  describe: {
    summary: 'No personal data is found.',
    counts: 'Tested: the columns looked at. Failed: those in which a forbidden kind was found.',
    nulls: 'Left out.',
    empty: 'No rows: headers alone are judged; fails unless allowEmpty.',
    notes:
      'Every value of every row is looked at. A finding says that a column IS of a kind, or that some of its cells CONTAIN one. Of a masked column only the values are judged, not its name. `where` narrows nothing here: rows are not left out of a privacy check.',
    parameters: {
      entities: `Kinds that are forbidden. Default: every one there is: ${ENTITIES.join(', ')}.`,
      allow: 'Kinds that may be there.',
      confidence: 'Findings below this confidence are let pass. From 0 to 1, default 0.5.',
      contamination: 'Share of cells of a column that may contain one, from 0 to 1. Default 0: a single one fails.',
    },
    example: { id: 'no-people', check: 'pii.absent', entities: ['email', 'phone', 'full_name'] },
  },
  params: {
    entities: entities.optional(),
    allow: entities.optional(),
    confidence: z.number().min(0).max(1).default(0.5),
    contamination: z.number().min(0).max(1).default(0),
  },
  refine: (params) =>
    'where' in params && params.where !== undefined ? 'where cannot narrow a privacy check' : undefined,
  bind: (rule, places, context) => {
    const { init, deserialise, columns, findings } = detectorStates(places, context);
    return {
      init,
      deserialise,
      verdict: (state: DetectorState) => verdict(rule, state, columns, findings(state).filter(counts(rule))),
    };
  },
  meet: (mine, theirs) => {
    const all = mine.entities === undefined || theirs.entities === undefined;
    const allow = (mine.allow ?? []).filter((each) => theirs.allow?.includes(each));
    return {
      params: {
        ...(all ? {} : { entities: [...new Set([...mine.entities!, ...theirs.entities!])] }),
        ...(allow.length > 0 ? { allow } : {}),
        confidence: Math.min(mine.confidence, theirs.confidence),
        contamination: Math.min(mine.contamination, theirs.contamination),
      },
    };
  },
});

interface Params {
  entities?: readonly string[] | undefined;
  allow?: readonly string[] | undefined;
  confidence: number;
  contamination: number;
}

/** Whether a finding counts against the rule. */
const counts =
  (rule: Params) =>
  (finding: PersonalFinding): boolean => {
    if (rule.entities !== undefined && !rule.entities.includes(finding.entity)) return false;
    if (rule.allow?.includes(finding.entity) === true || finding.confidence < rule.confidence) return false;
    return finding.verdict === 'is' || finding.matched > rule.contamination * finding.tested;
  };

/** One sentence a column: what was found and why it is thought so. */
export function verdict(
  rule: CommonRule,
  state: DetectorState,
  columns: number,
  findings: readonly PersonalFinding[],
): Outcome {
  const byColumn = new Map<string, PersonalFinding>();
  for (const finding of findings) {
    const before = byColumn.get(finding.column);
    if (before === undefined || finding.confidence > before.confidence) byColumn.set(finding.column, finding);
  }
  const parts = [...byColumn.values()].slice(0, LIMITS.namesPerMessage).map((finding) => {
    const verb = finding.verdict === 'is' ? 'looks like' : 'contains';
    return `column ${printable(finding.column)} ${verb} ${finding.entity} (${finding.evidence})`;
  });
  if (byColumn.size > parts.length) parts.push(`and ${count(byColumn.size - parts.length)} more columns`);
  return {
    passed: byColumn.size === 0,
    tested: state.rows === 0 && !rule.allowEmpty && byColumn.size === 0 ? 0 : columns,
    failed: byColumn.size,
    observed: findings.map(({ column, entity, verdict: kind, matched, tested }) => ({
      column,
      entity,
      verdict: kind,
      matched,
      tested,
    })),
    message: parts.length > 0 ? sentence(parts) : `No personal data was found in ${count(columns)} columns.`,
  };
}
