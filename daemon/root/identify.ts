import type { Versions } from '../catalog/index.js';
import type { ViewManifest } from '../columnar/index.js';
import { fromBase64, fromHex } from '../foundation/index.js';
import type { Jobs, Transfer, Transfers } from '../pipeline/index.js';
import type { KeyBox } from '../store/index.js';
import type { WorkerJobs } from './worker.js';

interface Parts {
  versions: Versions;
  transfers: Transfers;
  keyBox: KeyBox;
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

  #candidate({ id, detail }: Transfer) {
    const { batches, columns } = JSON.parse(
      Buffer.from(fromBase64(detail.view!.document)).toString('utf8'),
    ) as ViewManifest;
    const keys = JSON.parse(Buffer.from(this.#parts.keyBox.unwrap(detail.columnKeys!, id)).toString('utf8')) as Record<
      string,
      string
    >;
    return { id, batches, columns: columns.map((column) => ({ ...column, key: fromHex(keys[column.name]!) })) };
  }
}
