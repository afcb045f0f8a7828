import { z } from 'zod';
import type { Schema } from '../../../columnar/index.js';
import { LIMITS, printable } from '../../../foundation/index.js';
import { RowCount } from '../counters.js';
import { defineCheck, type Outcome } from '../define.js';
import { fromState } from '../state.js';
import { exactText } from '../values/type-text.js';
import { count, sentence } from '../wording.js';

type Mode = 'backward' | 'forward' | 'full';

export const schemaCompat = defineCheck({
  name: 'schema.compat',
  family: 'shape',
  columns: 'none',
  describe: {
    summary: 'Who could read the version before can read this one.',
    counts: 'Tested: the columns of both versions. Failed: those that break the promise.',
    nulls: 'A column that may be null now and might not before breaks `backward`.',
    empty:
      'The schemas are compared all the same. The first version has nothing to compare with and passes, and says so.',
    parameters: {
      mode: '`backward` (default): no column is gone, has another type, or became nullable. `forward`: no column is new, has another type, or stopped being nullable. `full`: both.',
    },
    example: { id: 'still-readable', check: 'schema.compat', mode: 'backward' },
  },
  params: { mode: z.enum(['backward', 'forward', 'full']).default('backward') },
  bind: (rule, _fields, { schema, previous }) => ({
    init: () => new RowCount(),
    deserialise: (bytes: Uint8Array) => new RowCount(fromState<{ rows: number }>(bytes).rows),
    verdict: () => verdict(rule.mode, schema, previous?.schema),
  }),
  meet: (mine, theirs) => ({ params: { mode: mine.mode === theirs.mode ? mine.mode : 'full' } }),
});

function verdict(mode: Mode, now: Schema, before: Schema | undefined): Outcome {
  if (before === undefined)
    return {
      passed: true,
      tested: now.fields.length,
      failed: 0,
      message: 'There is no earlier version to compare with.',
    };
  const faults = new Map<string, string>();
  for (const old of before.fields) {
    const name = `column ${printable(old.name)}`;
    const field = now.fields.find((each) => each.name === old.name);
    if (field === undefined) {
      if (mode !== 'forward') faults.set(old.name, `${name} is gone`);
    } else if (exactText(field.type) !== exactText(old.type))
      faults.set(old.name, `${name} was ${exactText(old.type)} and is ${exactText(field.type)}`);
    else if (mode !== 'forward' && field.nullable && !old.nullable) faults.set(old.name, `${name} became nullable`);
    else if (mode !== 'backward' && !field.nullable && old.nullable)
      faults.set(old.name, `${name} stopped being nullable`);
  }
  const known = new Set(before.fields.map((field) => field.name));
  const added = now.fields.filter((field) => !known.has(field.name));
  if (mode !== 'backward') for (const { name } of added) faults.set(name, `column ${printable(name)} is new`);
  const parts = [...faults.values()].slice(0, LIMITS.namesPerMessage);
  if (faults.size > parts.length) parts.push(`and ${count(faults.size - parts.length)} more columns differ`);
  return {
    passed: faults.size === 0,
    tested: known.size + added.length,
    failed: faults.size,
    threshold: mode,
    message: parts.length > 0 ? sentence(parts) : 'The columns are compatible with those of the version before.',
  };
}
