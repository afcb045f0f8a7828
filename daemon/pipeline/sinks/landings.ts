import type { OrgId } from '../../foundation/index.js';
import { type Database, migrate, transaction } from '../../store/index.js';
import type { LandingSettings } from './settings.js';

const MIGRATIONS = ['CREATE TABLE landing (agreement TEXT PRIMARY KEY, settings TEXT NOT NULL) STRICT;'];

/** What a delivery is under. */
export interface Under {
  agreement: string;
  peer: OrgId;
  dataset: string;
}

/** How deliveries are to be written: as chosen for an agreement, else as config.yaml says. */
export class Landings {
  readonly #db: Database;
  readonly #preset: (peer: OrgId, dataset: string) => LandingSettings;

  constructor(db: Database, preset: (peer: OrgId, dataset: string) => LandingSettings) {
    migrate(db, 'pipeline.landing', MIGRATIONS);
    this.#db = db;
    this.#preset = preset;
  }

  of({ agreement, peer, dataset }: Under): LandingSettings {
    return this.with({ agreement, peer, dataset }, this.chosen(agreement) ?? {});
  }

  /** What would come of a choice. */
  with({ peer, dataset }: Under, choice: Partial<LandingSettings>): LandingSettings {
    return { ...this.#preset(peer, dataset), ...choice };
  }

  /** What was chosen for the agreement, undefined where nothing was. */
  chosen(agreement: string): Partial<LandingSettings> | undefined {
    const text = this.#db.prepare('SELECT settings FROM landing WHERE agreement = ?').pluck().get(agreement);
    return text === undefined ? undefined : (JSON.parse(text as string) as Partial<LandingSettings>);
  }

  /** Holds from the next transfer on; undefined: as config.yaml says. */
  choose(agreement: string, settings: Partial<LandingSettings> | undefined): void {
    transaction(this.#db, () => {
      if (settings === undefined) this.#db.prepare('DELETE FROM landing WHERE agreement = ?').run(agreement);
      else
        this.#db
          .prepare('INSERT OR REPLACE INTO landing (agreement, settings) VALUES (?, ?)')
          .run(agreement, JSON.stringify(settings));
    });
  }
}
