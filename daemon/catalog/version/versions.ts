import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { columnKey, type VersionManifest, versionId, versionJson } from '../../columnar/index.js';
import {
  type Clock,
  CounterfoilError,
  canonicalJson,
  type Journal,
  newId,
  printable,
  privateFolder,
  recordOnce,
  rfc3339,
} from '../../foundation/index.js';
import { type Database, type KeyBox, newKey, type WrappedKey } from '../../store/index.js';
import type { Dataset, Datasets } from '../datasets.js';
import type { SourceSpec } from '../source.js';
import type { Candidate } from './identify.js';
import type { VersionAccess } from './read.js';
import type { WriteParams, Written } from './write.js';

/** A version as people see it. */
export interface Version {
  id: string;
  dataset: string;
  manifest: VersionManifest;
  bytes: number;
  notes: readonly string[];
  /** Its key was destroyed: nobody can read it again. */
  shredded: boolean;
}

export interface Published {
  version: Version;
  /** The rows are those of this version already; none was made. */
  unchanged: boolean;
}

/** Runs `writeVersion` where it does not hold up the main thread. */
export type WriteJob = (params: WriteParams, hooks: PublishHooks) => Promise<Written>;

export interface PublishHooks {
  signal?: AbortSignal;
  onProgress?: (done: number, total: number | undefined) => void;
}

export interface VersionOptions {
  db: Database;
  journal: Journal;
  clock: Clock;
  keys: KeyBox;
  datasets: Datasets;
  /** Folder of all stored versions. */
  store: string;
  /** Private folder for what sources need on disk for a while. */
  scratch: string;
  /** How to reach a source, from the configuration. */
  access: (uri: string) => SourceSpec['access'];
  cut?: WriteParams['cut'];
  write: WriteJob;
}

interface Row {
  id: string;
  dataset: string;
  state: 'pending' | 'published' | 'shredding' | 'shredded';
  folder: string;
  data_key: string | null;
  salt_key: string | null;
  content: string | null;
  manifest: string;
  bytes: number;
  notes: string;
}

/**
 * The immutable states of datasets. A version exists when its ledger entry is durable: its rows are written and synced
 * before, and a crash at any point leaves the whole version or nothing (`recover`).
 */
export class Versions {
  readonly #options: VersionOptions;
  readonly #publishing = new Map<string, Promise<Published>>();

  constructor(options: VersionOptions) {
    this.#options = options;
    privateFolder(options.store);
    // What is deleted is overwritten: a destroyed key must not stay in the free pages of the file.
    options.db.pragma('secure_delete = ON');
  }

  /** Publishes the rows that the source has now. Two calls for one dataset at a time are one. */
  publish(name: string, actor: string, hooks: PublishHooks = {}): Promise<Published> {
    const dataset = this.#options.datasets.show(name);
    const running = this.#publishing.get(dataset.name);
    if (running !== undefined) return running;
    const made = this.#publish(dataset, actor, hooks).finally(() => this.#publishing.delete(dataset.name));
    this.#publishing.set(dataset.name, made);
    return made;
  }

  /** Newest first. `dataset.not_found`. */
  list(name: string): Version[] {
    const { name: dataset } = this.#options.datasets.show(name);
    return this.#rows("dataset = ? AND state <> 'pending' ORDER BY place DESC", dataset).map(versionOf);
  }

  /** The version published last, shredded ones left out. */
  latest(name: string): Version | undefined {
    const [row] = this.#rows("dataset = ? AND state = 'published' ORDER BY place DESC LIMIT 1", name);
    return row && versionOf(row);
  }

  /** `version.not_found`. */
  show(id: string): Version {
    return versionOf(this.#row(id));
  }

  /** What a worker needs to read a version. `version.not_found`, also when it was shredded; `store.corrupt`. */
  access(id: string): VersionAccess {
    const row = this.#row(id);
    if (row.state !== 'published' || row.data_key === null || row.salt_key === null) {
      throw new CounterfoilError(
        'version.not_found',
        `The key of version ${id} was destroyed; it cannot be read again.`,
      );
    }
    return {
      id,
      folder: this.#folder(row.folder),
      fileId: row.folder,
      key: this.#options.keys.unwrap(row.data_key as WrappedKey, row.folder),
      saltKey: this.#options.keys.unwrap(row.salt_key as WrappedKey, `${row.folder}/salt`),
      manifest: manifestOf(row),
    };
  }

  /** Every version that can still be read, as what a file may turn out to be. */
  candidates(): Candidate[] {
    return this.#rows("state = 'published' ORDER BY place DESC").map(({ id }) => {
      const { manifest, saltKey } = this.access(id);
      const columns = manifest.columns.map((column) => ({ ...column, key: columnKey(saltKey, column.name) }));
      return { id, batches: manifest.batches, columns };
    });
  }

  /** Destroys the keys of a version, then its rows. The ledger keeps what it was. Final. */
  async shred(id: string, actor: string): Promise<void> {
    const row = this.#row(id);
    if (row.state === 'shredded') return;
    this.#setState(id, 'shredding');
    await this.#shred(row, actor);
  }

  /** Ends what a crash interrupted and removes what belongs to no version. For the start, before anything else. */
  async recover(): Promise<void> {
    const { db, journal, store } = this.#options;
    for (const row of this.#rows("state = 'pending'")) {
      if (journal.find('master', 'version.published', row.id) !== undefined) this.#setState(row.id, 'published');
      else db.prepare('DELETE FROM version WHERE id = ?').run(row.id);
    }
    for (const row of this.#rows("state = 'shredding'")) await this.#shred(row, 'gateway');
    const kept = new Set(this.#rows("state = 'published'").map(({ folder }) => folder));
    for (const name of readdirSync(store)) {
      if (name.startsWith('sto-') && !kept.has(name)) rmSync(join(store, name), { recursive: true, force: true });
    }
  }

  async #publish(dataset: Dataset, actor: string, hooks: PublishHooks): Promise<Published> {
    const { db, journal, clock, keys, scratch, access, cut, write } = this.#options;
    const folder = newId('sto', clock.now());
    const key = newKey();
    const saltKey = newKey();
    const { uri } = dataset.source;
    const spec: SourceSpec = { name: dataset.name, ...dataset.source };
    const reach = access(uri);
    if (reach !== undefined) spec.access = reach;
    const params: WriteParams = { spec, scratch, folder: this.#folder(folder), fileId: folder, key, saltKey };
    if (cut !== undefined) params.cut = cut;
    let id: string | undefined;
    try {
      const written = await write(params, hooks);
      const before = this.#rows("dataset = ? AND state = 'published' ORDER BY place DESC LIMIT 1", dataset.name)[0];
      if (before?.content === written.content) {
        this.#remove(folder);
        return { version: versionOf(before), unchanged: true };
      }
      const manifest: VersionManifest = {
        v: 1,
        dataset: dataset.name,
        schema: written.schema,
        ...written.summary,
        parent: this.#newest(dataset.name),
        created: rfc3339(clock.now()),
        report: null,
      };
      id = versionId(manifest);
      db.prepare(
        `INSERT INTO version (id, place, dataset, state, folder, data_key, salt_key, content, manifest, bytes, notes)
         VALUES (?, (SELECT coalesce(max(place), 0) + 1 FROM version), ?, 'pending', ?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        id,
        dataset.name,
        folder,
        keys.wrap(key, folder),
        keys.wrap(saltKey, `${folder}/salt`),
        written.content,
        canonicalJson(versionJson(manifest)),
        written.bytes,
        JSON.stringify(written.notes),
      );
      await journal.record('master', publishedEntry(id, manifest, actor));
      this.#setState(id, 'published');
      return { version: this.show(id), unchanged: false };
    } catch (error) {
      if (id !== undefined) db.prepare("DELETE FROM version WHERE id = ? AND state = 'pending'").run(id);
      this.#remove(folder);
      throw error;
    }
  }

  async #shred(row: Row, actor: string): Promise<void> {
    const { db, journal } = this.#options;
    await recordOnce(journal, 'master', row.id, {
      type: 'version.shredded',
      actor,
      fields: { version: row.id, dataset: row.dataset },
    });
    db.prepare(
      "UPDATE version SET state = 'shredded', data_key = NULL, salt_key = NULL, content = NULL WHERE id = ?",
    ).run(row.id);
    db.prepare('DELETE FROM profile WHERE version = ?').run(row.id);
    db.pragma('wal_checkpoint(TRUNCATE)');
    this.#remove(row.folder);
  }

  /** Parents may be shredded: the chain of versions goes on. */
  #newest(dataset: string): string | null {
    return this.#rows("dataset = ? AND state <> 'pending' ORDER BY place DESC LIMIT 1", dataset)[0]?.id ?? null;
  }

  #rows(where: string, ...values: unknown[]): Row[] {
    return this.#options.db.prepare(`SELECT * FROM version WHERE ${where}`).all(...values) as Row[];
  }

  #row(id: string): Row {
    const [row] = this.#rows("id = ? AND state <> 'pending'", id);
    if (row !== undefined) return row;
    throw new CounterfoilError('version.not_found', `There is no version ${printable(id)}.`);
  }

  #setState(id: string, state: Row['state']): void {
    this.#options.db.prepare('UPDATE version SET state = ? WHERE id = ?').run(state, id);
  }

  #folder(name: string): string {
    return join(this.#options.store, name);
  }

  #remove(folder: string): void {
    rmSync(this.#folder(folder), { recursive: true, force: true });
  }
}

const publishedEntry = (id: string, manifest: VersionManifest, actor: string) => ({
  type: 'version.published' as const,
  actor,
  fields: {
    version: id,
    dataset: manifest.dataset,
    rows: manifest.rows,
    batches: manifest.batches.length,
    rowsRoot: manifest.rowsRoot,
    parent: manifest.parent ?? undefined,
  },
});

const manifestOf = (row: Row): VersionManifest => JSON.parse(row.manifest) as VersionManifest;

const versionOf = (row: Row): Version => ({
  id: row.id,
  dataset: row.dataset,
  manifest: manifestOf(row),
  bytes: row.bytes,
  notes: JSON.parse(row.notes) as string[],
  shredded: row.state === 'shredded' || row.state === 'shredding',
});
