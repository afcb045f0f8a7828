import type { Report } from '../checks/index.js';
import type { Reason, Transfer } from '../transfers/index.js';
import type { Attested } from './attestations.js';
import type { Comparison } from './statement.js';

/** Everything that is told of the checks of one transfer, by this gateway. */
export interface ReportDocument {
  transfer: string;
  state: Transfer['state'];
  dataset: string;
  version: string;
  agreement: string;
  provider: string;
  consumer: string;
  /** This gateway's role. */
  role: Transfer['role'];
  correlation: string;
  startedAt: string;
  updatedAt: string;
  reasons: readonly Reason[];
  sides: readonly SideReport[];
  comparison: Comparison | undefined;
}

/** The report of one side. Without `attested` its signature has not arrived yet. */
export interface SideReport {
  report: Report;
  attested: Attested | undefined;
}

/** Puts together what is known of a transfer's checks. */
export function reportDocument(
  transfer: Transfer,
  self: string,
  attested: readonly Attested[],
  comparison: Comparison | undefined,
): ReportDocument {
  const { id, state, dataset, version, agreement, role, correlation, createdAt, updatedAt, reasons } = transfer;
  const [provider, consumer] = role === 'provider' ? [self, transfer.peer] : [transfer.peer, self];
  const sides = (['provider', 'consumer'] as const).flatMap((side): SideReport[] => {
    const signed = attested.find((each) => each.side === side);
    const told = side === 'provider' ? transfer.detail.providerReport : transfer.detail.consumerReport;
    const report = told === undefined ? signed?.report : (JSON.parse(told) as Report);
    return report === undefined ? [] : [{ report, attested: signed }];
  });
  return {
    ...{ transfer: id, state, dataset, version, agreement, provider, consumer, role, correlation },
    ...{ startedAt: createdAt, updatedAt, reasons, sides, comparison },
  };
}
