import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openApiDocument } from '../daemon/edge/index.js';
import { ERROR_TABLE, LIMITS } from '../daemon/foundation/index.js';
import { CHECKS } from '../daemon/pipeline/checks/index.js';
import { OPERATORS, parseMask } from '../daemon/pipeline/masks/index.js';
import { statesTable } from './support/agreement-document.js';
import { apiTypes } from './support/api-types.js';
import { repoRoot } from './support/repo.js';
import { checksDocument, masksDocument } from './support/rule-documents.js';

/** Names of gRPC status codes (grpc/grpc doc/statuscodes.md), by number. */
const GRPC =
  'OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED'.split(
    ' ',
  );

function errorsDocument(): string {
  const rows = Object.entries(ERROR_TABLE).map(
    ([code, { grpc, http, exit, hint }]) => `| \`${code}\` | ${exit} | ${http} | ${GRPC[grpc]} | ${hint} |`,
  );
  return `# Error codes

Every failure has a code that never changes its meaning, a sentence, a hint, and a correlation id that stands in the log
of both gateways. In the admin API and with \`--json\` it is \`{"error": {"code", "message", "hint", "correlation"}}\`.
The hint below is the usual one; a failure may carry a more exact one.

*exit* is the exit code of the command line, *HTTP* the status of the admin API, *gRPC* the status between gateways.

| code | exit | HTTP | gRPC | what to do |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

/** Entries of config.yaml that change a limit, by docs/OPERATOR.md. */
function settable(name: string): boolean {
  return readFileSync(join(repoRoot, 'docs', 'OPERATOR.md'), 'utf8').includes(`| \`limits.${name}\` |`);
}

/** The comment before each entry of LIMITS says what it is for. */
function limitComments(): Map<string, string> {
  const text = readFileSync(join(repoRoot, 'daemon', 'foundation', 'limits.ts'), 'utf8');
  const comments = new Map<string, string>();
  for (const [, comment, name] of text.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*\n {2}(\w+):/g))
    comments.set(name!, comment!.replace(/\s*\n\s*\*\s?/g, ' ').trim());
  return comments;
}

function readable(name: string, value: number): string {
  const units: [size: number, unit: string][] = name.endsWith('Bytes')
    ? [
        [1024 ** 3, 'GiB'],
        [1024 ** 2, 'MiB'],
        [1024, 'KiB'],
      ]
    : name.endsWith('Ms')
      ? [
          [86_400_000, 'days'],
          [3600_000, 'h'],
          [60_000, 'min'],
          [1000, 's'],
        ]
      : [];
  const unit = units.find(([size]) => value % size === 0);
  const plain = name.endsWith('Ms') ? 'ms' : name.endsWith('Bytes') ? 'bytes' : '';
  return unit === undefined ? `${value} ${plain}`.trim() : `${value / unit[0]} ${unit[1]}`;
}

function limitsDocument(): string {
  const comments = limitComments();
  const rows = Object.entries(LIMITS).map(([name, value]) => {
    const comment = comments.get(name);
    assert.ok(comment, `LIMITS.${name} has a comment that says what it is for`);
    return `| \`${name}\` | ${readable(name, value)} | ${comment} | ${settable(name) ? `\`limits.${name}\`` : ''} |`;
  });
  return `# Limits

Every buffer, frame, wait, retry and size of the gateway has a name and a bound. What is over a bound is refused with
\`limit.exceeded\`, \`batch.too_large\` or a code of its own that names the bound; nothing is cut off in silence.

*config.yaml* names the entry that changes a limit, where it can be changed; see [OPERATOR.md](OPERATOR.md).

| name | default | what it bounds | config.yaml |
|---|---|---|---|
${rows.join('\n')}
`;
}

/** Compares a generated document with the one that is there; "npm run docs" writes it. */
function upToDate(name: string, text: string, folder = 'docs'): void {
  const path = join(repoRoot, folder, name);
  if (process.env.COUNTERFOIL_WRITE_DOCS) writeFileSync(path, text);
  assert.ok(readFileSync(path, 'utf8') === text, `${folder}/${name} is stale: run "npm run docs"`);
}

test('docs/ERRORS.md lists every code as it is', () => upToDate('ERRORS.md', errorsDocument()));
test('docs/CHECKS.md says what the checks say of themselves', () => upToDate('CHECKS.md', checksDocument()));
test('docs/MASKS.md says what the masks say of themselves', () => upToDate('MASKS.md', masksDocument()));
test('docs/AGREEMENTS.md shows the table of states as it is', () => {
  const text = readFileSync(join(repoRoot, 'docs', 'AGREEMENTS.md'), 'utf8');
  upToDate('AGREEMENTS.md', text.replace(/(<!-- states -->\n)[^<]*(<!-- \/states -->)/, `$1\n${statesTable()}\n\n$2`));
});
test('docs/LIMITS.md lists every limit as it is', () => upToDate('LIMITS.md', limitsDocument()));
test("the page's types are those of the admin API as it is", () =>
  upToDate('operations.ts', apiTypes(openApiDocument('')), 'admin-ui/src/api'));

test('the table of error codes is sorted', () => {
  const codes = Object.keys(ERROR_TABLE);
  assert.deepEqual(codes, [...codes].sort());
});

test('each check describes its parameters, and its example is a sound rule', () => {
  for (const { name, describe, parameters, parse } of CHECKS) {
    assert.deepEqual(Object.keys(describe.parameters).sort(), [...parameters].sort(), name);
    assert.equal(parse(describe.example, name).check, name);
  }
});

test('each mask describes its parameters, and its example is one', () => {
  for (const { name, describe, parameters } of OPERATORS) {
    assert.deepEqual(Object.keys(describe.parameters).sort(), [...parameters].sort(), name);
    assert.equal(parseMask(describe.example).rule.op, name);
  }
});

test('docs/ARCHITECTURE.md names every room', () => {
  const text = readFileSync(join(repoRoot, 'docs', 'ARCHITECTURE.md'), 'utf8');
  const folders = readdirSync(join(repoRoot, 'daemon'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders) assert.match(text, new RegExp(`\\b${name}\\b`), `${name} is not described`);
});

test('README.md links every document, and only what is there', () => {
  const linked = new Set(
    [...readFileSync(join(repoRoot, 'README.md'), 'utf8').matchAll(/\]\((docs\/[^)#]+)\)/g)].map(([, path]) => path),
  );
  const documents = readdirSync(join(repoRoot, 'docs')).filter((name) => name.endsWith('.md'));
  assert.deepEqual([...linked].sort(), documents.map((name) => `docs/${name}`).sort());
});
