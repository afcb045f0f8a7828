import type { Faker } from '@faker-js/faker';
import type { Entity } from '../../daemon/catalog/index.js';
import type { Random } from './random.js';

/** What a column of one entity is called, clearly and abbreviated, and how one of its values is made. */
export interface ColumnKind {
  entity: Entity;
  clear: readonly string[];
  short: readonly string[];
  make: (faker: Faker, random: Random) => string | number;
  /** Whether its values show what they are without a header; `names` are measured by themselves. */
  shown?: 'type' | 'name';
}
