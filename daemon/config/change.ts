import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Document, isMap, isSeq, parseDocument } from 'yaml';
import { CounterfoilError, hex, privateFolder, sha256, writeFileAtomic } from '../foundation/index.js';
import { type Environment, overridesOf } from './env.js';
import { type Field, fieldsOf, isEditable } from './fields.js';
import type { HomePaths } from './home.js';
import { type Config, configOf, parse, readConfig } from './load.js';
import { SECRET_OPTION } from './schema.js';

/** A source of config.yaml as a page shows it: never a value that may be a secret. */
export interface SourceShown {
  prefix: string;
  options: { name: string; from: 'text' | 'env' | 'file'; env: string | null }[];
}

export interface Settings {
  /** Names the text of the file: a change has to say which one it is a change of. */
  revision: string;
  fields: Field[];
  sources: SourceShown[];
}

/** How an option of a source is given: as it was, by its value, or by the environment variable that holds it. */
export type OptionGiven = { keep: true } | { value: string } | { env: string };

export interface Change {
  /** For the ledger: entry and new value; of sources only the names of their options. */
  what: { path: string; value: string }[];
  /** What the file will come to; checked as it is at a start. */
  config: Config;
  /** Writes it. `config.changed` when the file is another one by now. */
  write(): void;
}

/** The settings as the file has them now, which the running gateway may not have read yet. */
export function readSettings(paths: HomePaths, env: Environment): Settings {
  const text = readConfig(paths);
  const parsed = parse(text, overridesOf(env).overrides);
  return { revision: revisionOf(text), fields: fieldsOf(parsed), sources: sourcesOf(parsed.document) };
}

/** Entries changed, comments and order of the file kept; null takes an entry out. `input.invalid`, `config.*`. */
export function changeSettings(
  paths: HomePaths,
  env: Environment,
  revision: string,
  set: readonly { path: string; value: string | number | boolean | null }[],
): Change {
  const document = documentOf(paths, revision);
  const kinds = new Map(fieldsOf({ document, overrides: [] }).map(({ path, kind }) => [path, kind]));
  for (const { path, value } of set) {
    if (!isEditable(path, env))
      throw new CounterfoilError('input.invalid', `${path} is not an entry that can be changed from here.`);
    const isList = kinds.get(path) === 'yaml' && typeof value === 'string';
    put(document, path.split('.'), isList ? listOf(path, value) : value);
  }
  const what = set.map(({ path, value }) => ({ path, value: value === null ? 'as shipped' : String(value) }));
  return change(paths, env, revision, document, what, []);
}

/** One source put, or taken out where no options are given. Values that are given are kept in files of their own. */
export function changeSource(
  paths: HomePaths,
  env: Environment,
  revision: string,
  prefix: string,
  given: Readonly<Record<string, OptionGiven>> | undefined,
): Change {
  const document = documentOf(paths, revision);
  if (!isSeq(document.get('sources'))) document.set('sources', document.createNode([]));
  const list = document.get('sources') as { items: unknown[] };
  const at = list.items.findIndex((item) => isMap(item) && item.get('prefix') === prefix);
  const before =
    at < 0
      ? {}
      : ((document.getIn(['sources', at, 'options'], true) as { toJS(d: Document): object })?.toJS(document) ?? {});
  if (given === undefined) {
    if (at < 0) throw new CounterfoilError('not_found', 'There is no source with this beginning.');
    document.deleteIn(['sources', at]);
    if (list.items.length === 0) document.delete('sources');
    return change(paths, env, revision, document, [{ path: `sources ${prefix}`, value: 'removed' }], []);
  }
  const secrets: Secret[] = [];
  const options = Object.entries(given).map(([name, how]) => [name, optionOf(name, how, before, secrets)]);
  const source = document.createNode({ prefix, options: Object.fromEntries(options) });
  if (at < 0) document.addIn(['sources'], source);
  else document.setIn(['sources', at], source);
  const names = Object.keys(given).join(', ');
  return change(paths, env, revision, document, [{ path: `sources ${prefix}`, value: names }], secrets);
}

/** Where secrets of sources are kept that came in through a page. */
const SECRETS = join('keys', 'sources');

/** A secret that was typed into the page, and the file of the home that will hold it. */
interface Secret {
  file: string;
  value: string;
}

function optionOf(name: string, how: OptionGiven, before: object, secrets: Secret[]): unknown {
  if ('env' in how) return { env: how.env };
  if ('value' in how) {
    if (!SECRET_OPTION.test(name)) return how.value;
    const file = join(SECRETS, `${randomBytes(8).toString('hex')}.secret`);
    secrets.push({ file, value: how.value });
    return { file };
  }
  if (!Object.hasOwn(before, name))
    throw new CounterfoilError('input.invalid', `The source has no option ${name} that could be kept.`);
  return (before as Record<string, unknown>)[name];
}

function change(
  paths: HomePaths,
  env: Environment,
  revision: string,
  document: Document,
  what: Change['what'],
  secrets: readonly Secret[],
): Change {
  const text = document.toString({ lineWidth: 0 });
  const written = secrets.map(({ file }) => join(paths.root, file));
  const undo = () => {
    for (const file of written) rmSync(file, { force: true });
  };
  try {
    for (const { file, value } of secrets) {
      privateFolder(dirname(join(paths.root, file)));
      writeFileAtomic(join(paths.root, file), `${value}\n`);
    }
    const config = configOf(paths, text, env);
    const write = () => {
      try {
        documentOf(paths, revision);
        writeConfig(paths, text);
        sweep(paths, text);
      } catch (error) {
        undo();
        throw error;
      }
    };
    return { what, config, write };
  } catch (error) {
    undo();
    throw error;
  }
}

/** Secrets that the file does not name any more. */
function sweep(paths: HomePaths, text: string): void {
  const folder = join(paths.root, SECRETS);
  const names = ((): string[] => {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  })();
  for (const name of names) if (!text.includes(name)) rmSync(join(folder, name), { force: true });
}

function writeConfig(paths: HomePaths, text: string): void {
  try {
    writeFileAtomic(paths.config, text);
  } catch (cause) {
    if (cause instanceof CounterfoilError) throw cause;
    throw new CounterfoilError('config.permissions', `${paths.config} cannot be written by the gateway.`, {
      hint: 'Change it where it comes from, such as the volume that it is mounted from.',
      cause,
    });
  }
}

/** The file as it is, if it still is the one that somebody has seen. */
function documentOf(paths: HomePaths, revision: string): Document {
  const text = readConfig(paths);
  if (revisionOf(text) === revision) return parseDocument(text);
  throw new CounterfoilError('config.changed', 'Somebody else has changed the configuration meanwhile.');
}

const revisionOf = (text: string): string => hex(sha256(text)).slice(0, 32);

function put(document: Document, path: readonly string[], value: unknown): void {
  if (value === null) {
    if (document.hasIn(path)) document.deleteIn(path);
    return;
  }
  for (let depth = 1; depth < path.length; depth++) {
    const section = path.slice(0, depth);
    if (!isMap(document.getIn(section, true))) document.setIn(section, document.createNode({}));
  }
  document.setIn(path, document.createNode(value));
}

function listOf(path: string, text: string): unknown {
  const document = parseDocument(text);
  const [fault] = document.errors;
  if (fault !== undefined)
    throw new CounterfoilError('input.invalid', `${path} is not YAML: ${fault.message.split('\n')[0]}`);
  return document.toJS();
}

function sourcesOf(document: Document): SourceShown[] {
  const { sources } = (document.toJS() ?? {}) as { sources?: { prefix: string; options?: Record<string, unknown> }[] };
  return (sources ?? []).map(({ prefix, options = {} }) => ({
    prefix,
    options: Object.entries(options).map(([name, value]) => {
      const place =
        typeof value === 'object' && value !== null ? (value as { env?: string; file?: string }) : undefined;
      const from = place === undefined ? 'text' : place.env === undefined ? 'file' : 'env';
      return { name, from, env: place?.env ?? null } as const;
    }),
  }));
}
