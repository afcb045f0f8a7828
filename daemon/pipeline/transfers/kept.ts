import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { schemaJson, type ViewManifest } from '../../columnar/index.js';
import { canonicalJson } from '../../foundation/index.js';
import type { TransferPorts } from './ports.js';
import { type Context, viewOf } from './shared.js';
import type { Transfer } from './table.js';

type Parts = Pick<Context, 'ports' | 'table'>;

/** A delivery before, and the rows of its batches. */
export interface DeliveryBefore {
  transfer: Transfer;
  batches: readonly number[];
}

/**
 * The last delivery under the agreement of a transfer, where its batches are still here and have the same columns: the
 * consumer's in quarantine, the provider's as the view or the version itself.
 */
export function deliveredBefore({ ports, table }: Parts, transfer: Transfer): DeliveryBefore | undefined {
  const [before] = table.delivered(transfer.agreement, transfer.role, 1);
  if (before === undefined || before.peer !== transfer.peer) return undefined;
  if (before.detail.source !== 'version' && !existsSync(fileOf(ports, before))) return undefined;
  const [then, now] = [viewOf(table, before.id), viewOf(table, transfer.id)];
  return sameColumns(then, now) ? { transfer: before, batches: then.batches } : undefined;
}

const sameColumns = (one: ViewManifest, other: ViewManifest): boolean =>
  canonicalJson(schemaJson(one.schema)) === canonicalJson(schemaJson(other.schema));

/** True for the last delivery under an agreement that holds: its batches wait for the next version. */
export function isKept({ ports, table }: Parts, transfer: Transfer): boolean {
  const { id, agreement, role, peer } = transfer;
  if (!ports.keepDelivered || table.delivered(agreement, role, 1)[0]?.id !== id) return false;
  try {
    ports.mayExchange(peer);
    ports.mustBeActive(agreement, peer);
    return true;
  } catch {
    return false;
  }
}

/** Lets go of what was kept of deliveries whose agreement has ended. */
export function dropKept(parts: Parts, which: (transfer: Transfer) => boolean): void {
  for (const transfer of parts.table.delivered().filter(which)) if (!isKept(parts, transfer)) drop(parts, transfer);
}

/** The same of the delivery that this one has followed. */
export function dropFollowed(parts: Parts, { agreement, role }: Transfer): void {
  const [, followed] = parts.table.delivered(agreement, role, 2);
  if (followed !== undefined) drop(parts, followed);
}

/** Lets go of the batches of a delivery: the next version is sent whole. */
export function drop({ ports }: Parts, transfer: Transfer): void {
  if (transfer.detail.file !== undefined) rmSync(fileOf(ports, transfer), { force: true });
}

function fileOf({ folders }: TransferPorts, { role, detail }: Transfer): string {
  return join(role === 'provider' ? folders.views : folders.quarantine, detail.file!.id);
}
