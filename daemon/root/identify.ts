import type { Versions } from '../catalog/index.js';
import { fromHex } from '../foundation/index.js';
import type { Jobs, Transfer, Transfers } from '../pipeline/index.js';
import type { WorkerJobs } from './worker.js';

interface Parts {
  versions: Versions;
  transfers: Transfers;
  jobs: Jobs<WorkerJobs>;
  scratch: string;
}

interface Match {
  version: string;
  dataset: string;
  agreement: string | null;
  peer: string | null;
  columns: string[];
}

/** Says of a file found anywhere which version it is of, and under which agreement it was given to or got from whom. */
export class Identifier {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async identify(file: string, signal: AbortSignal): Promise<{ file: string; rows: number; matches: Match[] }> {
    const { versions, jobs, scratch } = this.#parts;
    const known = new Map<string, Omit<Match, 'columns'>>();
    for (const { id } of versions.candidates()) {
      known.set(id, { version: id, dataset: versions.show(id).dataset, agreement: null, peer: null });
    }
    const views = this.#views(known);
    const params = { spec: { name: 'file', uri: file }, scratch, candidates: [...versions.candidates(), ...views] };
    const { rows, matches } = await jobs.run('identify', params, { signal });
    return { file, rows, matches: matches.map(({ id, columns }) => ({ ...known.get(id)!, columns: [...columns] })) };
  }

  /** What was sent or received, one of each agreement and version. */
  #views(known: Map<string, Omit<Match, 'columns'>>) {
    const seen = new Set<string>();
    return this.#parts.transfers.list().flatMap((transfer) => {
      const { id, version, dataset, agreement, peer, detail } = transfer;
      if (detail.viewDigest === undefined || seen.has(detail.viewDigest)) return [];
      seen.add(detail.viewDigest);
      known.set(id, { version, dataset, agreement, peer });
      return [this.#candidate(transfer)];
    });
  }

  #candidate({ id }: Transfer) {
    const { batches, columns } = this.#parts.transfers.view(id);
    const keys = this.#parts.transfers.columnKeys(id);
    return { id, batches, columns: columns.map((column) => ({ ...column, key: fromHex(keys[column.name]!) })) };
  }
}
