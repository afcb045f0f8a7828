import type { Document } from 'yaml';
import { isScalar } from 'yaml';
import { CounterfoilError, type Json } from '../../../foundation/index.js';
import type { Path } from '../places.js';
import { said } from '../shape/check.js';
import type { Quality } from '../shape/quality.js';
import { readYaml } from '../yaml.js';
import { commonOf } from './common.js';
import { addRule, columnOf, type Gathered, type RuleBody, type Site } from './draft.js';

/** Name of our engine in `quality: [{type: custom, engine: counterfoil, …}]`. */
const ENGINE = 'counterfoil';

/** Parameters that name columns. */
const COLUMN_LISTS = ['columns', 'groupBy'] as const;

/**
 * A rule of our own engine: `implementation` is one rule or a list of them, as YAML text or as it is. Its parameters are
 * those of its check and are judged by the checks.
 */
export function customRule(
  quality: Quality,
  path: Path,
  site: Site,
  column: string | undefined,
  gathered: Gathered,
  document: Document,
): void {
  if (quality.engine!.trim().toLowerCase() !== ENGINE) {
    gathered.leave(path, `it is a rule for the engine ${said(quality.engine)}`);
    return;
  }
  const at = [...path, 'implementation'];
  const value = implementation(quality.implementation as Json, at, gathered, document);
  if (value === undefined) return;
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0) gathered.faults.add(at, 'lists no rule');
  list.forEach((each: Json, index) => {
    const place = Array.isArray(quality.implementation) ? [...at, index] : at;
    const body = bodyOf(each, place, site, column, gathered);
    if (body === undefined) return;
    const { id, ...rest } = body;
    const given =
      typeof id === 'string' && id !== '' ? id : list.length === 1 ? (quality.id ?? quality.name) : undefined;
    const named = list.length > 1 && given === undefined ? (quality.id ?? quality.name) : undefined;
    addRule(gathered, site, {
      path: place,
      body: { ...commonOf(quality), ...rest } as RuleBody,
      given,
      usual: named === undefined ? `${column ?? site.table}.${body.check}` : `${named}.${index + 1}`,
      column,
    });
  });
}

/** The rules as values; text is read as a document of its own, its lines counted where it stands. */
function implementation(value: Json, path: Path, gathered: Gathered, document: Document): Json | undefined {
  if (typeof value !== 'string') return value;
  try {
    return readYaml(value, firstLineOf(document, path, gathered)).json;
  } catch (error) {
    const { message } = CounterfoilError.from(error);
    gathered.faults.add(path, `cannot be read: ${message.replace(/^In the contract, /, '').replace(/\.$/, '')}`);
    return undefined;
  }
}

/** The line of the document on which the text of a block scalar begins; that of the entry for other scalars. */
function firstLineOf(document: Document, path: Path, { lineOf }: Gathered): number {
  const node = document.getIn(path, true);
  const block = isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED');
  return lineOf(path) + (block ? 1 : 0);
}

function bodyOf(
  value: Json,
  path: Path,
  site: Site,
  column: string | undefined,
  { faults }: Gathered,
): RuleBody | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    faults.add(path, `is ${said(value)}; a rule is a map such as {check: unique, columns: [id]}`);
    return undefined;
  }
  const { column: single, ...rest } = value as Record<string, Json>;
  if (typeof rest.check !== 'string' || rest.check === '') {
    faults.add(path, 'names no check; give one, such as check: time_coverage');
    return undefined;
  }
  if (rest.source !== undefined) {
    faults.add(path, 'has a source, which follows from whose contract it is');
    return undefined;
  }
  if (single !== undefined && (typeof single !== 'string' || rest.columns !== undefined)) {
    faults.add(
      path,
      rest.columns === undefined ? 'has a column that is not a name' : 'has both column and columns; give one',
    );
    return undefined;
  }
  const body: Record<string, Json> = { ...rest };
  if (single !== undefined) body.columns = [single];
  for (const key of COLUMN_LISTS) {
    const names = body[key];
    if (Array.isArray(names))
      body[key] = names.map((name: Json) => (typeof name === 'string' ? columnOf(site, name) : name));
  }
  if (body.columns === undefined && column !== undefined) body.columns = [column];
  return body as RuleBody;
}
