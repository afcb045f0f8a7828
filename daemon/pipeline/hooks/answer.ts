import { z } from 'zod';
import { LIMITS, printable } from '../../foundation/index.js';

const natural = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** What a hook answers: one JSON object on its standard output. */
const shape = z.strictObject({
  /** Rows, groups or whatever it looked at, and how many of them failed. */
  tested: natural,
  failed: natural,
  /** Why, in the hook's own terms: a code, not a sentence, so that no value of the data gets into reports. */
  code: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9._-]{0,63}$/)
    .optional(),
  /** Numbers of failing rows, from 0 on over all batches; the first ones are shown as samples. */
  rows: z.array(natural).max(LIMITS.hookRows).optional(),
  /** The column that the samples are of. */
  column: z.string().max(LIMITS.columnNameBytes).optional(),
});

export type HookAnswer = z.infer<typeof shape>;

/** The answer in what a hook has printed, or a sentence that says what is wrong with it; it quotes nothing. */
export function readAnswer(text: string): HookAnswer | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return text.trim() === '' ? 'it printed no answer' : 'what it printed is not one JSON object';
  }
  const result = shape.safeParse(json);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    if (issue.code === 'unrecognized_keys') return `its answer has an entry that is none: ${printable(issue.keys[0]!)}`;
    const place = issue.path.join('.');
    return place === ''
      ? 'its answer is not a JSON object'
      : `${place} in its answer is missing or not what it should be`;
  }
  const { tested, failed, rows = [] } = result.data;
  if (failed > tested) return 'its answer contradicts itself: more failed than were tested';
  if (rows.length > failed) return 'its answer contradicts itself: it names more failing rows than failed';
  return result.data;
}
