import type { Answer } from './client.js';
import { count, plain, sentence, table } from './text.js';

type Report = Answer<'agreements', 'dryRun'>['report'];

/** Results of checks, a line each. */
export function reportTable({ results }: Report): string {
  const rows = results.map((result) => [
    result.status,
    plain(result.id),
    result.check,
    result.columns.map(plain).join(', '),
    `${count(result.failed)} of ${count(result.tested)}`,
    sentence(result.message),
  ]);
  return table(['verdict', 'rule', 'check', 'columns', 'failed', 'result'], rows);
}
