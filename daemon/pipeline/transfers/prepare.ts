import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { viewDigest, viewJson } from '../../columnar/index.js';
import { base64, canonicalJson, hex, LIMITS, newId, utf8, writeFileAtomic } from '../../foundation/index.js';
import { signDocument } from '../../identity/index.js';
import { newKey } from '../../store/index.js';
import { type Report, reasons, reportDigest } from '../checks/index.js';
import { sealLeft } from './left.js';
import { type Context, codesOf, move, passedWith, record } from './shared.js';
import type { Transfer } from './table.js';

/**
 * Checks the whole view of a version and, where it passes, signs it: the view and its report are stored first, then the
 * ledger has the verdict, so that a crash in between changes neither. Gives the transfer, `refused` where it failed.
 */
export async function prepare(context: Context, transfer: Transfer, signal: AbortSignal): Promise<Transfer> {
  const { table } = context;
  const stored = transfer.detail.providerReport ?? (await check(context, transfer, signal));
  const report = JSON.parse(stored) as Report;
  const found = reasons(report);
  const ids = { transfer: transfer.id, agreement: transfer.agreement, version: transfer.version };
  if (found.length === 0) {
    await record(context, transfer, { type: 'checks.passed', fields: { ...ids, ...passedWith(report) } });
    return table.find(transfer.id);
  }
  const codes = codesOf(found);
  return context.turns.take(transfer.id, async () => {
    const now = table.find(transfer.id);
    if (now.state !== 'checking') return now;
    const failed = { ...ids, report: reportDigest(report), reasons: codes };
    await record(context, now, { type: 'checks.failed', fields: failed });
    const refused = { ...ids, reasons: codes, correlation: now.correlation };
    await record(context, now, { type: 'transfer.refused', fields: refused });
    return move(context, now, 'refuse', { reasons: found.slice(0, LIMITS.reasonsPerTransfer) });
  });
}

async function check({ ports, table, jobs }: Context, transfer: Transfer, signal: AbortSignal): Promise<string> {
  const terms = ports.terms(transfer.agreement, transfer.peer);
  const file = { id: newId('sto'), key: newKey() };
  const path = join(ports.folders.views, file.id);
  try {
    const params = await ports.prepareParams(terms, transfer.version, { path, ...file });
    const prepared = await jobs.run('prepare', params, { signal });
    const report = canonicalJson(prepared.report as never);
    if (reasons(prepared.report).length > 0) {
      rmSync(path, { force: true });
      table.note(transfer.id, { detail: { providerReport: report } });
      return report;
    }
    writeFileAtomic(`${path}.leaves`, prepared.leaves);
    const { document, signature, key } = signDocument(ports.signer, 'view', viewJson(prepared.view));
    const keys = utf8(canonicalJson(hexed(prepared.columnKeys)));
    table.note(transfer.id, {
      rowsTotal: prepared.view.rows,
      bytesTotal: prepared.bytes,
      detail: {
        signature: { signature: base64(signature), key: base64(key) },
        viewDigest: viewDigest(prepared.view),
        file: { id: file.id, key: ports.keyBox.wrap(file.key, file.id) },
        source: prepared.source,
        providerReport: report,
      },
      documents: {
        view: document,
        version: prepared.versionManifest,
        columnKeys: utf8(ports.keyBox.wrap(keys, transfer.id)),
        checked: sealLeft(ports.keyBox, transfer.id, prepared.left),
      },
    });
    return report;
  } catch (error) {
    for (const made of [path, `${path}.leaves`]) rmSync(made, { force: true });
    throw error;
  }
}

const hexed = (keys: Readonly<Record<string, Uint8Array>>): Record<string, string> =>
  Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, hex(key)]));
