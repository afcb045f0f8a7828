import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';
import { repoRoot } from './repo.js';

interface Tally {
  passed: number;
  ms: number;
}

const PER_LINE = 100;

/**
 * What `npm test` prints: a dot for each test, a failure in full where it happens, then the files with the time they
 * took, and the counts.
 */
// biome-ignore lint/style/noDefaultExport: the test runner takes a reporter from the default export only
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const files = new Map<string, Tally>();
  const counts: string[] = [];
  let dots = 0;
  for await (const { type, data } of events) {
    if (type === 'test:pass' && data.details.type !== 'suite') {
      const tally = files.get(data.file ?? '') ?? { passed: 0, ms: 0 };
      tally.passed++;
      if (data.nesting === 0) tally.ms += data.details.duration_ms;
      files.set(data.file ?? '', tally);
      yield ++dots % PER_LINE === 0 ? '.\n' : '.';
    } else if (type === 'test:fail') {
      // A test that failed only because one inside it did, which has been told.
      const skipped = (data.details.error as { failureType?: string }).failureType === 'subtestsFailed';
      if (!skipped)
        yield `\n\n✖ ${place(data.file, data.line)} ${data.name}\n${indented(failure(data.details.error))}\n\n`;
    } else if (type === 'test:stderr') {
      yield data.message;
    } else if (
      type === 'test:diagnostic' &&
      /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /.test(data.message)
    ) {
      counts.push(`ℹ ${data.message}\n`);
    }
  }
  yield '\n\n';
  for (const [file, { passed, ms }] of [...files].sort(([, a], [, b]) => b.ms - a.ms))
    yield `${String(passed).padStart(4)} passed ${(ms / 1000).toFixed(1).padStart(6)} s  ${place(file)}\n`;
  yield '\n';
  yield* counts;
}

const place = (file = '', line?: number): string => {
  const name = relative(repoRoot, file)
    .replace(/^dist\//, '')
    .replace(/\.js$/, '.ts');
  return line === undefined ? name : `${name}:${line}`;
};

function failure(error: Error): string {
  const { cause } = error;
  return cause instanceof Error
    ? (cause.stack ?? cause.message)
    : typeof cause === 'string'
      ? cause
      : inspect(cause ?? error);
}

const indented = (text: string): string => text.replace(/^/gm, '    ');
