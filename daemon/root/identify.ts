import { statSync } from 'node:fs';
import type { Versions } from '../catalog/index.js';
import { fromHex } from '../foundation/index.js';
import { type Jobs, type LandedManifest, readManifest, type Transfer, type Transfers } from '../pipeline/index.js';
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
    const found = matches.map(({ id, columns }) => ({ ...known.get(id)!, columns: [...columns] }));
    const landed = (await this.#landed(file, signal)).filter(
      ({ version, agreement }) => !found.some((each) => each.version === version && each.agreement === agreement),
    );
    return { file, rows, matches: [...found, ...landed] };
  }

  /** Deliveries of which this is one of the files, byte by byte: also one of many, or of a folder of a partition. */
  async #landed(file: string, signal: AbortSignal): Promise<Match[]> {
    const bytes = statSync(file, { throwIfNoEntry: false })?.size;
    if (bytes === undefined) return [];
    const alike = this.#deliveries().filter(({ manifest }) => manifest.files.some((each) => each.bytes === bytes));
    if (alike.length === 0) return [];
    const digest = await this.#parts.jobs.run('fileDigest', { path: file }, { signal });
    return alike
      .filter(({ manifest }) => manifest.files.some(({ sha256 }) => sha256 === digest))
      .map(({ transfer: { version, dataset, agreement, peer }, manifest }) => ({
        ...{ version, dataset, agreement, peer },
        columns: manifest.columns.map(({ name }) => name),
      }));
  }

  #deliveries(): { transfer: Transfer; manifest: LandedManifest }[] {
    return this.#parts.transfers.list().flatMap((transfer) => {
      const { landed, deleted } = transfer.detail;
      if (landed === undefined || deleted !== undefined) return [];
      try {
        return [{ transfer, manifest: readManifest(landed) }];
      } catch {
        return []; // somebody has moved it
      }
    });
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
