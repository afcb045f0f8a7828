import type { Json } from '../../foundation/index.js';
import type { Result, Status } from '../checks/index.js';
import type { ReportDocument, SideReport } from './document.js';
import { STYLE } from './style.js';

/**
 * The report as one HTML page that needs nothing else: no script, no font, no picture, nothing fetched. Every name in it
 * may have been chosen by the other side, so all text is escaped and the page forbids itself everything but its style.
 */
export function htmlReport(document: ReportDocument): string {
  const verdict = worst(document.sides.map(({ report }) => report.verdict));
  const title = `Check report: ${document.dataset}, ${document.provider} to ${document.consumer}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${text(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${text(document.dataset)}</h1>
<p class="soft">${text(document.provider)} → ${text(document.consumer)}</p>
<div class="banner ${verdict ?? 'skip'}"><strong>${text(headline(document))}</strong><span>${text(summary(document))}</span></div>
${facts([
  ['Version', `<code>${text(document.version)}</code>`],
  ['Transfer', `<code>${text(document.transfer)}</code>, ${text(document.state)}`],
  ['Agreement', `<code>${text(document.agreement)}</code>`],
  ['Begun', text(document.startedAt)],
  ['Last change', text(document.updatedAt)],
  ['Correlation', `<code>${text(document.correlation)}</code>`],
])}
${reasonList(document)}
</header>
<main>
${document.sides.map((side) => section(document, side)).join('\n')}
${comparison(document)}
</main>
<footer>
<p>These rules check for what they name; no set of checks shows more than that. Samples say where a value is and what it looks
like (A a capital, a another letter, 9 a digit), never what it is.</p>
<p>The signed form of this report is an in-toto statement in a DSSE envelope: <code>counterfoil transfer report
${text(document.transfer)} --format json</code>. The ledgers of both sides name each report by its digest.</p>
</footer>
</body>
</html>
`;
}

const ORDER: readonly Status[] = ['error', 'fail', 'warn', 'skip', 'pass'];

const worst = (verdicts: readonly Status[]): Status | undefined => ORDER.find((status) => verdicts.includes(status));

function headline({ state, sides }: ReportDocument): string {
  if (state === 'refused') return 'Refused by the provider’s checks: nothing was sent';
  if (state === 'rejected') return 'Rejected by the consumer’s checks: nothing landed';
  if (state === 'landed' || state === 'receipted') return 'Landed: both sides’ checks passed';
  if (state === 'cancelled' || state === 'failed') return `The transfer was ${state}; nothing landed`;
  return sides.length === 0 ? 'Nothing is checked yet' : 'Under way';
}

function summary({ sides }: ReportDocument): string {
  const all = sides.flatMap(({ report }) => report.results);
  const parts = ORDER.toReversed().flatMap((status) => {
    const found = all.filter((result) => result.status === status).length;
    return found === 0 ? [] : [`${found} ${WORDS[status]}`];
  });
  return parts.join(', ');
}

const WORDS: Record<Status, string> = {
  pass: 'passed',
  warn: 'with a warning',
  fail: 'failed',
  error: 'not evaluated',
  skip: 'skipped',
};

const facts = (pairs: readonly (readonly [string, string])[]): string =>
  `<dl>${pairs.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('')}</dl>`;

function reasonList({ reasons }: ReportDocument): string {
  if (reasons.length === 0) return '';
  return `<h2>Why</h2><ul>${reasons
    .map(({ code, message }) => `<li><code>${text(code)}</code> ${text(message)}</li>`)
    .join('')}</ul>`;
}

function section(document: ReportDocument, { report, attested }: SideReport): string {
  const org = report.side === 'provider' ? document.provider : document.consumer;
  const when = report.side === 'provider' ? 'before anything left' : 'before anything landed';
  const at = attested?.statement.predicate.oors.observedAt;
  const rules = report.results.toSorted((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
  return `<section>
<h2>Checked by ${text(org)}, ${when}</h2>
<p class="soft">${count(report.rows)} rows in ${count(report.batches)} batches${at === undefined ? '' : `, ${text(at)}`}</p>
<ul class="rules">${rules.map(rule).join('')}</ul>
${signatures(attested)}
</section>`;
}

function rule(result: Result): string {
  const share = result.tested === 0 ? 0 : (100 * result.failed) / result.tested;
  const columns =
    result.columns.length === 0 ? '' : ` on ${result.columns.map((each) => `<code>${text(each)}</code>`).join(', ')}`;
  return `<li class="${result.status}"><span class="pill">${result.status}</span>
<div><div class="name">${text(result.id)}</div><div class="soft"><code>${text(result.check)}</code>${columns}</div>
<div>${text(result.message)}</div></div>
<div class="count">${counted(result)}<div class="bar"><i style="width:${Math.min(100, share).toFixed(2)}%"></i></div></div>
${more(result)}</li>`;
}

const counted = ({ status, failed, tested }: Result): string =>
  status === 'error' && tested === 0 ? 'not evaluated' : `${count(failed)} of ${count(tested)} failed`;

function more({ threshold, observed, first, samples, severity }: Result): string {
  const pairs: [string, string][] = [];
  if (severity !== 'error') pairs.push(['Severity', severity]);
  if (threshold !== undefined) pairs.push(['Asked for', `<code>${json(threshold)}</code>`]);
  if (observed !== undefined) pairs.push(['Found', `<code>${json(observed)}</code>`]);
  if (first !== undefined) pairs.push(['First at', `batch ${count(first.batch)}, row ${count(first.row)}`]);
  if (pairs.length === 0 && samples.length === 0) return '';
  const rows = samples.map(
    ({ batch, row, column, shape }) =>
      `<tr><td class="n">${count(batch)}</td><td class="n">${count(row)}</td><td>${text(column ?? '')}</td><td><code>${text(shape ?? '')}</code></td></tr>`,
  );
  const table =
    rows.length === 0
      ? ''
      : `<table><thead><tr><th class="n">Batch</th><th class="n">Row</th><th>Column</th><th>Looks like</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
  return `<details><summary>Details${rows.length === 0 ? '' : ` and ${rows.length} of the failing places`}</summary>${facts(pairs)}${table}</details>`;
}

function signatures(attested: SideReport['attested']): string {
  if (attested === undefined) return '<p class="soft">Its signature has not arrived yet.</p>';
  const lines = attested.signedBy.map(({ org, key }) => `<li>${text(org)}, key <code>${text(key)}</code></li>`);
  const digest = attested.statement.predicate.report.digest.sha256;
  return `<p class="soft">Report <code>${text(digest)}</code>, signed by</p><ul>${lines.join('')}</ul>`;
}

function comparison({ comparison: found }: ReportDocument): string {
  if (found === undefined) return '';
  const { compared, differing } = found;
  const said =
    differing.length === 0
      ? compared === 0
        ? 'No rule was run to its end by both sides.'
        : `Both sides ran ${count(compared)} of these rules over the same rows and counted the same.`
      : `Over the same rows the two sides counted differently in ${count(differing.length)} of ${count(compared)} rules: ${differing.map(text).join(', ')}. One of the two gateways is at fault: compare their releases, and verify both ledgers.`;
  return `<section class="${differing.length === 0 ? 'pass' : 'fail'}"><h2>Compared</h2><p>${said}</p></section>`;
}

const JSON_CHARS = 400;

function json(value: Json): string {
  const whole = JSON.stringify(value);
  return text(whole.length > JSON_CHARS ? `${whole.slice(0, JSON_CHARS)}…` : whole);
}

const count = (value: number): string => value.toLocaleString('en-US');

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for an element or an attribute; what changes the direction of writing is shown, not followed. */
const text = (value: string): string =>
  value
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being replaced
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
    .replace(/[&<>"']/g, (char) => ENTITIES[char]!);
