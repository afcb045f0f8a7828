import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Answer } from '../client.js';
import { inputFile, readInput } from '../input.js';
import type { Parts, Run, VerifiedBundles } from '../program.js';
import type { Session } from '../session.js';
import { bytes, count, list, plain, table } from '../text.js';
import { faultTable, verdictLines } from '../verdict.js';

export function auditCommands(program: Command, run: Run, { verifyBundles, verifyProof, sameData }: Parts): void {
  const audit = program.command('audit').description('proof for someone who trusts neither side');
  audit
    .command('export')
    .description("write the auditor's bundle of the relation with one peer; no raw data")
    .requiredOption('--peer <peer>')
    .requiredOption('--out <file>', 'the .tar to write')
    .action(run(exportBundle));
  if (verifyBundles !== undefined)
    audit
      .command('verify')
      .description(
        'check one bundle, or those of both sides against each other; exit code 1 for faults; needs no gateway',
      )
      .argument('<file>', 'a bundle')
      .argument('[other]', "the other side's bundle of the same relation")
      .option('--policy <file>', 'trust anchors and witnesses to hold the bundles to')
      .option('--proofs <folder>', 'where to write a proof for each fork that is found')
      .action(
        run((session: Session, file: string, other: string | undefined, flags: VerifyFlags) =>
          verify(session, other === undefined ? [file] : [file, other], flags, verifyBundles),
        ),
      );
  if (verifyProof !== undefined)
    audit
      .command('proof')
      .description('check the proof of a fork by itself; exit code 1 when it proves nothing; needs no gateway')
      .argument('<file>', 'as "audit verify --proofs", the page or a gateway has written it')
      .action(run((session: Session, file: string) => checkProof(session, file, verifyProof)));
  if (sameData !== undefined)
    audit
      .command('same-data')
      .description("show, from one provider's bundles, which columns its peers were given alike; needs no gateway")
      .argument('<bundle>', 'a bundle of the provider')
      .argument('<more...>', 'its bundles of relations with others')
      .action(
        run((session: Session, first: string, more: string[]) => compareData(session, [first, ...more], sameData)),
      );
}

interface VerifyFlags {
  policy?: string;
  proofs?: string;
}

async function exportBundle(session: Session, flags: { peer: string; out: string }) {
  const body = { peer: flags.peer, out: session.path(flags.out) };
  const made = await session.long<Answer<'audit', 'export'>>('/v1/audit/export', body);
  const text = list([
    ['file', made.file],
    ['entries', count(made.entries)],
    ['size', bytes(made.bytes)],
    ['sha-256', made.sha256],
  ]);
  return { json: made, text, note: '\nAnyone can check it: counterfoil audit verify FILE [FILE OF THE OTHER SIDE]' };
}

async function verify(
  session: Session,
  files: readonly string[],
  { policy, proofs }: VerifyFlags,
  verifyBundles: NonNullable<Parts['verifyBundles']>,
) {
  const rules = policy === undefined ? undefined : readInput(session.path(policy));
  const found = await verifyBundles(
    files.map((file) => inputFile(session.path(file))),
    rules,
  );
  const covered = found.coverage.map(({ log, entries, anchored, by, selfSigned }) => [
    ...[plain(log), count(entries), count(anchored)],
    by.map(plain).join(', '),
    selfSigned === 0 ? '' : `${count(selfSigned)}, newer than the last exchange of heads`,
  ]);
  const parts = [
    verdictLines(found),
    `verdict  ${plain(found.verdict)}`,
    ...(found.parties.length === 0
      ? []
      : [table(['organisation', 'key', 'exported', 'bundle'], found.parties.map(partyCells))]),
    ...(covered.length === 0
      ? []
      : [table(['log', 'entries', 'witnessed', 'by', 'signed by its owner only'], covered)]),
    ...thirdParties(found),
    ...writeProofs(session, found, proofs),
    ...found.pending.map(plain),
    ...found.unseen.map((what) => `Not seen yet: ${plain(what)}`),
    ...found.notes.map(plain),
  ];
  return { json: found, text: parts.join('\n\n'), exit: found.ok ? (0 as const) : (1 as const) };
}

/** Says of each fork that it is proven, and writes the proofs where they are asked for. */
function writeProofs(session: Session, { forks }: VerifiedBundles, folder: string | undefined): string[] {
  return forks.map(({ origin, culprit, document }, at) => {
    const what = `${plain(culprit)} signed two histories of ${plain(origin)} that cannot both be true.`;
    if (folder === undefined) return `${what} Run again with --proofs FOLDER for the proof.`;
    const path = join(session.path(folder), `fork-${culprit}-${at + 1}.json`);
    mkdirSync(session.path(folder), { recursive: true });
    writeFileSync(path, document);
    return `${what} The proof stands alone: ${path}`;
  });
}

async function checkProof(session: Session, file: string, verifyProof: NonNullable<Parts['verifyProof']>) {
  const found = await verifyProof(readInput(session.path(file)));
  const fingerprint = createHash('sha256').update(Buffer.from(found.key, 'base64')).digest('hex');
  const facts = list([
    ['log', plain(found.origin)],
    ['key', fingerprint],
  ]);
  const text = found.ok
    ? `Proven: two heads of one log were signed with this key that cannot both be true.\n\n${facts}`
    : 'NOT proven: this is no proof of a fork.';
  const note = found.ok ? '\nCompare the key with one that you have from its organisation.' : undefined;
  return { json: { ...found, fingerprint }, text, ...(note && { note }), exit: found.ok ? (0 as const) : (1 as const) };
}

/** The newest word of each third party on each general ledger. */
function thirdParties({ anchors }: VerifiedBundles): string[] {
  const newest = new Map(anchors.map((anchor) => [`${anchor.log} ${anchor.kind} ${anchor.by}`, anchor]));
  const rows = [...newest.values()].map(({ log, size, kind, by, time, trusted }) => [
    ...[plain(log), count(size), kind === 'time' ? 'time-stamp' : 'witness', plain(by), time],
    trusted ? 'yes' : 'no',
  ]);
  return rows.length === 0 ? [] : [table(['log', 'entries', 'anchored by', 'name', 'at', 'named by the policy'], rows)];
}

const partyCells = ({ org, key, created, bundle }: VerifiedBundles['parties'][number]): string[] =>
  [org, key ?? 'none that its ledger names', created, bundle].map(plain);

async function compareData(session: Session, files: readonly string[], sameData: NonNullable<Parts['sameData']>) {
  const found = await sameData(files.map((file) => inputFile(session.path(file))));
  const parts = found.versions.map(({ version, deliveries, columns }) => {
    const to = deliveries.map(({ peer, rows }) => `${plain(peer)} (${count(rows)} rows)`).join(', ');
    const rows = columns.map(({ from, state, given }) => [
      plain(from),
      state,
      given.map(({ peer, operator }) => `${plain(peer)}: ${plain(operator)}`).join(', '),
    ]);
    return `${plain(version)}, to ${to}\n\n${table(['column', 'state', 'given'], rows)}`;
  });
  const notes = found.notes.map(plain);
  const faults = found.faults.length === 0 ? [] : [faultTable(found.faults)];
  const text = [...(parts.length === 0 ? ['No version was given to anyone.'] : parts), ...faults, ...notes].join(
    '\n\n',
  );
  return { json: found, text, exit: found.ok ? (0 as const) : (1 as const) };
}
