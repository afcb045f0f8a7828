import type { Result } from '../checks/index.js';
import type { ReportDocument, SideReport } from './document.js';

/**
 * The report as JUnit XML, which build servers read: a suite for each side, a test case for each rule. `fail` is a
 * failure, `error` an error, `skip` is skipped; a warning passes and says so in its output, since JUnit knows none.
 */
export function junitReport(document: ReportDocument): string {
  const suites = document.sides.map((side) => suite(document, side));
  const all = document.sides.flatMap(({ report }) => report.results);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${text(`${document.dataset} ${document.version}`)}" ${counts(all)}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(document: ReportDocument, { report, attested }: SideReport): string {
  const org = report.side === 'provider' ? document.provider : document.consumer;
  const properties = {
    transfer: document.transfer,
    version: document.version,
    agreement: document.agreement,
    correlation: document.correlation,
    verdict: report.verdict,
    rows: String(report.rows),
    signedBy: (attested?.signedBy ?? []).map(({ org: by, key }) => `${by} ${key}`).join(', '),
  };
  const at = attested?.statement.predicate.oors.observedAt ?? document.updatedAt;
  return [
    `  <testsuite name="${text(`${report.side} ${org}`)}" timestamp="${text(at)}" ${counts(report.results)}>`,
    '    <properties>',
    ...Object.entries(properties).map(([name, value]) => `      <property name="${name}" value="${text(value)}"/>`),
    '    </properties>',
    ...report.results.map((result) => testCase(document.dataset, result)),
    '  </testsuite>',
  ].join('\n');
}

function testCase(dataset: string, result: Result): string {
  const head = `    <testcase classname="${text(`${dataset}.${result.check}`)}" name="${text(result.id)}"`;
  const said = `${result.message}${placesOf(result)}`;
  if (result.status === 'pass') return `${head}/>`;
  const body =
    result.status === 'warn'
      ? `<system-out>${text(`WARNING: ${said}`)}</system-out>`
      : result.status === 'skip'
        ? `<skipped message="${text(result.message)}"/>`
        : result.status === 'error'
          ? `<error type="${text(result.check)}" message="${text(result.message)}">${text(said)}</error>`
          : `<failure type="${text(result.check)}" message="${text(result.message)}">${text(said)}</failure>`;
  return `${head}>${body}</testcase>`;
}

/** Where the failing values are; what they look like, never what they are. */
function placesOf({ samples }: Result): string {
  const lines = samples.map(
    ({ batch, row, column, shape }) =>
      `\nbatch ${batch}, row ${row}${column === undefined ? '' : `, ${column}`}: ${shape ?? ''}`,
  );
  return lines.join('');
}

function counts(results: readonly Result[]): string {
  const of = (status: string) => results.filter((result) => result.status === status).length;
  return `tests="${results.length}" failures="${of('fail')}" errors="${of('error')}" skipped="${of('skip')}"`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for an attribute or an element of XML 1.0, which has no place for most control characters. */
const text = (value: string): string =>
  value
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML cannot carry
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, (char) => ENTITIES[char]!)
    .replace(/\n/g, '&#10;');
