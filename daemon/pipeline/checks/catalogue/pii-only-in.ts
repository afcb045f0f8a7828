import { z } from 'zod';
import { byName, LIMITS, own } from '../../../foundation/index.js';
import { defineCheck } from '../define.js';
import { type DetectorState, detectorStates, entities, verdict } from './pii-absent.js';

const allowed = byName(z.string().max(LIMITS.columnNameBytes), entities);

export const piiOnlyIn = defineCheck({
  name: 'pii.only_in',
  family: 'privacy',
  needs: 'nothing',
  columns: 'none',
  describe: {
    summary: 'Personal data is found only where it is declared.',
    counts: 'Tested: the columns. Failed: those in which an undeclared kind was found.',
    nulls: 'Left out.',
    empty: 'No rows: headers alone are judged; fails unless allowEmpty.',
    parameters: {
      allow: 'The kinds that each column may hold: {"contact": ["email", "phone"]}.',
      confidence: 'Findings below this confidence are let pass. From 0 to 1, default 0.5.',
    },
    example: { id: 'declared', check: 'pii.only_in', allow: { contact: ['email'] } },
  },
  params: { allow: allowed, confidence: z.number().min(0).max(1).default(0.5) },
  refine: (params) =>
    'where' in params && params.where !== undefined ? 'where cannot narrow a privacy check' : undefined,
  bind: (rule, _fields, context) => {
    const { init, deserialise, columns, findings } = detectorStates([], context);
    const undeclared = (column: string, entity: string): boolean =>
      own<readonly string[]>(rule.allow, column)?.includes(entity) !== true;
    return {
      init,
      deserialise,
      verdict: (state: DetectorState) =>
        verdict(
          rule,
          state,
          columns,
          findings(state).filter(
            ({ column, entity, confidence }) => confidence >= rule.confidence && undeclared(column, entity),
          ),
        ),
    };
  },
  meet: (mine, theirs) => {
    const both = Object.entries(mine.allow)
      .map(([column, kinds]) => [column, kinds.filter((kind) => own(theirs.allow, column)?.includes(kind))] as const)
      .filter(([, kinds]) => kinds.length > 0);
    return { params: { allow: Object.fromEntries(both), confidence: Math.min(mine.confidence, theirs.confidence) } };
  },
});
