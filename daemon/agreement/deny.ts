import { CounterfoilError, type Journal, LIMITS, type OrgId, printable } from '../foundation/index.js';
import type { Policy } from './policy.js';
import type { Finding } from './ports.js';

/** A column that looks personal and has no rule. */
export interface Undecided {
  column: string;
  entities: readonly string[];
  evidence: string;
}

/**
 * Places that many people share. Alone they point at nobody, so they are told in the profile and do not stop an offer;
 * together with others they may, which is what `k_anonymity` and the presets are for.
 */
const SHARED_PLACES: ReadonlySet<string> = new Set(['city', 'county', 'state', 'country']);

/**
 * Default deny, `agreement.blocked`: for an offer, and for each version that goes under an agreement. The entry stands in
 * the master log: the peer's channel, which it mirrors, does not tell it of this.
 */
export async function refuseUndecided(
  journal: Journal,
  { dataset, peer, actor }: { dataset: string; peer: OrgId; actor: string },
  findings: readonly Finding[],
  policy: Policy,
): Promise<void> {
  const columns = undecided(findings, policy);
  if (columns.length === 0) return;
  await journal.record('master', {
    type: 'agreement.blocked',
    actor,
    fields: {
      dataset: printable(dataset, LIMITS.datasetNameChars).slice(1, -1),
      peer,
      columns: columns.map(({ column }) => printable(column, 120).slice(1, -1)),
      code: 'agreement.blocked',
    },
  });
  throw blocked(columns);
}

/** The columns that default deny stops: found to be, or to contain, personal data, and not named in the policy. */
export function undecided(findings: readonly Finding[], policy: Policy): Undecided[] {
  const byColumn = new Map<string, Finding[]>();
  for (const finding of findings) {
    const column = finding.root ?? finding.column;
    if (Object.hasOwn(policy.columns, column) || SHARED_PLACES.has(finding.entity)) continue;
    if (finding.override !== undefined) continue;
    byColumn.set(column, [...(byColumn.get(column) ?? []), finding]);
  }
  return [...byColumn].map(([column, found]) => {
    const strongest = [...found].sort((a, b) => b.confidence - a.confidence);
    return { column, entities: strongest.map(({ entity }) => entity), evidence: strongest[0]!.evidence };
  });
}

/** A column that goes as it is, because a person has said that it is not what it looks like. */
export interface Waved {
  column: string;
  entity: string;
  by: string;
  reason: string;
}

/** What only an override lets through under a policy. */
export function waved(findings: readonly Finding[], policy: Policy): Waved[] {
  return findings.flatMap(({ column, root = column, entity, override }) =>
    override === undefined || Object.hasOwn(policy.columns, root) || SHARED_PLACES.has(entity)
      ? []
      : [{ column, entity, by: override.by, reason: override.reason }],
  );
}

/** `agreement.blocked`: names the columns, what they look like and why, and the flags that decide them. */
function blocked(columns: readonly Undecided[]): CounterfoilError {
  const parts = columns.map(
    ({ column, entities, evidence }) => `${printable(column, 60)} looks like ${entities.join(' or ')} (${evidence})`,
  );
  const flags = columns.map(({ column }) => `--mask ${shellName(column)}=OP`).join(' ');
  return new CounterfoilError(
    'agreement.blocked',
    `${columns.length === 1 ? 'A column looks' : `${columns.length} columns look`} personal and nothing says what to do with ${columns.length === 1 ? 'it' : 'them'}: ${parts.join('; ')}.`,
    {
      hint: `Give each a rule: ${flags}, with OP such as token, partial, drop or null (see docs/MASKS.md), or keep to send it as it is. If it is not what it looks like, say so: counterfoil dataset override.`,
    },
  );
}

/** A column name as one word of a command line. */
function shellName(column: string): string {
  if (/^[A-Za-z0-9_.-]+$/.test(column)) return column;
  const quoted = /[=":]/.test(column) ? `"${column.replaceAll('"', '""')}"` : column;
  return `'${printable(quoted, 200).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "'\\''")}'`;
}
