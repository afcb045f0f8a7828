import { fromBase64 } from '../bytes.js';
import type { verifyForkProof } from '../fork.js';
import { fingerprint } from '../keys.js';
import type { TransferStory } from '../story.js';
import type { Report } from '../verify.js';
import { el, plural, table } from './dom.js';

const MOST_ROWS = 2000;

/** The whole report as it is shown and printed. */
export function renderReport(report: Report): HTMLElement[] {
  return [
    verdict(report),
    el('p', { class: 'no-print' }, printButton()),
    ...parties(report),
    ...faults(report),
    ...forks(report),
    ...coverage(report),
    ...anchors(report),
    ...transfers(report),
    ...list('Under way', report.pending, 'No fault: the last message of an exchange can be on its way.'),
    ...list(
      'Not seen yet',
      report.unseen,
      'The bundle that should show the counterpart was made before. A newer one of the same party tells whether it is there.',
    ),
    ...list('Notes', report.notes),
  ];
}

/** What a proof of a fork shows by itself. */
export function renderProof({ ok, origin, key }: ReturnType<typeof verifyForkProof>, name: string): HTMLElement[] {
  const [tone, headline, meaning] = ok
    ? ['bad', 'Fork proven', `Two heads of ${origin} were signed with one key that cannot both be true.`]
    : ['half', 'Not proven', `${name} is no proof of a fork.`];
  const head = el(
    'div',
    { class: `verdict ${tone}`, id: 'verdict', role: 'status' },
    el('strong', {}, headline),
    el('span', {}, meaning),
  );
  if (!ok) return [head];
  const hint = 'Compare the fingerprint with one that you have from the party itself: it is who signed both.';
  const print = fingerprint(fromBase64(key));
  const card = el(
    'div',
    { class: 'card' },
    el('p', {}, 'Key fingerprint: ', el('code', {}, print)),
    el('p', { class: 'quiet' }, hint),
  );
  return [head, el('p', { class: 'no-print' }, printButton()), card];
}

const WORDS: Readonly<Record<Report['verdict'], [tone: string, headline: string, meaning: string]>> = {
  sound: ['good', 'Sound', 'Both ledgers verify, and every entry of one fits the other.'],
  'sound up to the older bundle': [
    'half',
    'Sound up to the older bundle',
    'Both ledgers verify and fit each other as far as both are shown. One bundle is older: see “Not seen yet”, and ask its party for a newer one.',
  ],
  'sound, one side only': [
    'half',
    'Sound, one side only',
    "This bundle verifies in itself. Add the other party's bundle to hold them against each other.",
  ],
  tampered: ['bad', 'Tampered', 'Faults were found. All of them are listed below.'],
  unreadable: ['bad', 'Unreadable', 'This is no bundle, or it is damaged at its very start.'],
};

function verdict(report: Report): HTMLElement {
  const [tone, headline, meaning] = WORDS[report.verdict];
  const counts = `${plural(report.entries, 'entry', 'entries')}, ${plural(report.transfers.length, 'transfer')}, ${plural(report.faults.length, 'fault')}`;
  return el(
    'div',
    { class: `verdict ${tone}`, id: 'verdict', role: 'status' },
    el('strong', {}, headline),
    el('span', {}, meaning),
    el('span', { class: 'quiet' }, counts),
    el('span', { class: 'quiet' }, `Checked ${new Date().toISOString()}`),
  );
}

function printButton(): HTMLElement {
  const button = el('button', { type: 'button', id: 'print' }, 'Print this report');
  button.addEventListener('click', () => window.print());
  return button;
}

function parties(report: Report): HTMLElement[] {
  if (report.parties.length === 0) return [];
  const cards = report.parties.map((party) =>
    el(
      'div',
      { class: 'card' },
      el('strong', {}, party.org),
      el('p', { class: 'quiet' }, `about its relation with ${party.peer}, as of ${party.created}`),
      el('p', {}, 'Key fingerprint: ', el('code', {}, party.key ?? 'none')),
      el('p', { class: 'quiet' }, party.bundle),
    ),
  );
  const hint = 'Compare each fingerprint with one that you have from the party itself.';
  return [el('h2', {}, 'Parties'), el('p', { class: 'quiet' }, hint), el('div', { class: 'parties' }, ...cards)];
}

function faults(report: Report): HTMLElement[] {
  if (report.faults.length === 0) return [];
  const rows = report.faults
    .slice(0, MOST_ROWS)
    .map((fault) => [
      fault.class,
      fault.message,
      fault.log === null ? '' : el('code', {}, fault.log),
      fault.seq === null ? '' : String(fault.seq),
      fault.culprit ?? 'not shown by signatures',
    ]);
  const more = report.faults.length > MOST_ROWS ? [el('p', {}, `and ${report.faults.length - MOST_ROWS} more`)] : [];
  return [
    el('h2', {}, 'Faults'),
    table(['Class', 'What was found', 'Ledger', 'Entry', 'By whom'], rows, ['class']),
    ...more,
  ];
}

function forks(report: Report): HTMLElement[] {
  return report.forks.map((fork, i) => {
    const link = el('a', { download: `fork-${fork.culprit}-${i + 1}.json` }, 'Save the proof');
    link.href = URL.createObjectURL(new Blob([fork.document], { type: 'application/json' }));
    const text = `${fork.culprit} signed two histories of ${fork.origin} that cannot both be true. The proof stands alone. `;
    return el('p', { class: 'card' }, text, el('span', { class: 'no-print' }, link));
  });
}

function coverage(report: Report): HTMLElement[] {
  if (report.coverage.length === 0) return [];
  const cards = report.coverage.map(({ log, entries, anchored, by, selfSigned, later }) => {
    const percent = entries === 0 ? 0 : (anchored / entries) * 100;
    const bar = el('i', {});
    bar.style.width = `${percent}%`;
    const share = `${anchored} of ${plural(entries, 'entry', 'entries')}`;
    const held =
      by.length === 0
        ? 'No entry is anchored by the other party'
        : `${share} countersigned or held by ${by.join(', ')}`;
    return el(
      'div',
      { class: 'card' },
      el('code', {}, log),
      el('p', {}, held),
      el('div', { class: 'bar' }, bar),
      selfSigned > 0
        ? el('p', { class: 'quiet' }, `${plural(selfSigned, 'entry is', 'entries are')} signed by the owner only.`)
        : null,
      later > 0
        ? el(
            'p',
            { class: 'quiet' },
            `${plural(later, 'newer entry is', 'newer entries are')} shown by the other party's bundle.`,
          )
        : null,
    );
  });
  return [el('h2', {}, 'Coverage'), el('div', { class: 'parties' }, ...cards)];
}

/** The newest word of each third party on each general ledger. */
function anchors(report: Report): HTMLElement[] {
  const newest = new Map(report.anchors.map((anchor) => [`${anchor.log} ${anchor.kind} ${anchor.by}`, anchor]));
  if (newest.size === 0) return [];
  const rows = [...newest.values()].map(({ log, kind, by, size, time, trusted }) => [
    kind === 'time' ? `Time-stamp of ${by}` : `Witness ${by}`,
    el('code', {}, log),
    String(size),
    time,
    trusted ? 'named by your policy' : 'not named by a policy',
  ]);
  return [el('h2', {}, 'Third parties'), table(['Who', 'Ledger', 'Entries', 'Time', 'Trust'], rows, [])];
}

function transfers(report: Report): HTMLElement[] {
  if (report.transfers.length === 0) return [];
  const shown = report.transfers.slice(0, MOST_ROWS);
  return [el('h2', {}, 'Transfers'), ...shown.map(timeline)];
}

function timeline(transfer: TransferStory): HTMLElement {
  const { provider, consumer, rows } = transfer;
  const lanes = el(
    'ul',
    { class: 'lanes' },
    el(
      'li',
      {},
      el('span', { class: 'left head' }, provider ?? ''),
      el('span', { class: 'time' }),
      el('span', { class: 'right head' }, consumer ?? ''),
    ),
    ...transfer.events.map((event) => {
      const text = `${event.type} (entry ${event.seq})`;
      const left = event.org === provider;
      return el(
        'li',
        {},
        el('span', { class: 'left', 'data-org': event.org }, left ? text : ''),
        el('span', { class: 'time' }, event.ts.replace('T', ' ').replace('Z', '')),
        el('span', { class: 'right', 'data-org': event.org }, left ? '' : text),
      );
    }),
  );
  return el(
    'div',
    { class: 'card transfer' },
    el('h3', {}, `${transfer.id} `, el('span', { class: `state ${transfer.state}` }, transfer.state)),
    el(
      'p',
      { class: 'quiet' },
      `version ${transfer.version} under ${transfer.agreement}${rows === null ? '' : `, ${plural(rows, 'row')}`}`,
    ),
    transfer.rowsRoot === null ? null : el('p', { class: 'quiet' }, 'rows ', el('code', {}, transfer.rowsRoot)),
    lanes,
  );
}

function list(title: string, items: readonly string[], hint?: string): HTMLElement[] {
  if (items.length === 0) return [];
  const shown = items.slice(0, MOST_ROWS).map((item) => el('li', {}, item));
  return [
    el('h2', {}, title),
    hint === undefined ? el('span') : el('p', { class: 'quiet' }, hint),
    el('ul', {}, ...shown),
  ];
}
