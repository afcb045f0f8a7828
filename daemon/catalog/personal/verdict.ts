import type { Entity } from './entities.js';
import type { HeaderMatch } from './header/match.js';
import type { Kind } from './kinds.js';

/** Why a column is thought to be of an entity. */
export interface Verdict {
  entity: Entity;
  confidence: number;
  /** What the header says for it. */
  header?: HeaderMatch;
  /** Share of the values that bear it out, those of which kinds, and what they are called. */
  share: number;
  kinds?: readonly Kind[];
  noun: string;
  /** The share that would pass by chance, where that is much. */
  chance?: number;
  /** A neighbour that bears it out. */
  neighbour?: string;
}
