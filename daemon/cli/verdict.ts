import type { Verified } from './program.js';
import { count, plain, sentence, table } from './text.js';

/** A verdict, and every fault under it. */
export function verdictLines({ ok, entries, faults }: Verified): string {
  if (ok) return `Sound: ${count(entries)} entries, no fault.`;
  const head = `NOT sound: ${count(faults.length)} ${faults.length === 1 ? 'fault' : 'faults'} in ${count(entries)} entries.`;
  return `${head}\n\n${faultTable(faults)}`;
}

export function faultTable(faults: Verified['faults']): string {
  const rows = faults.map((fault) => [
    fault.class,
    fault.log === null ? '' : plain(fault.log),
    fault.seq === null ? '' : String(fault.seq),
    fault.culprit === null ? '' : plain(fault.culprit),
    sentence(fault.message),
  ]);
  return table(['class', 'log', 'entry', 'by', 'fault'], rows);
}
