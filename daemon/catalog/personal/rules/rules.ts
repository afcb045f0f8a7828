import type { Entity } from '../entities.js';
import { NUMBER_RULES } from './numbers.js';
import { PEOPLE_RULES } from './people.js';
import type { Rule } from './rule.js';

export const RULES: Readonly<Record<Entity, Rule>> = { ...PEOPLE_RULES, ...NUMBER_RULES };
