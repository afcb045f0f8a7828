import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { CounterfoilError, type Json, LIMITS, printable } from '../../foundation/index.js';
import { Faults } from './faults.js';
import { type Path, Places } from './places.js';

/** A document as plain values, with the way back to its text. */
export interface Source {
  json: Json;
  document: Document;
  lineOf(path: Path): number;
}

const CORE_TAGS = ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`);

/**
 * Reads YAML 1.2 (core schema) or JSON from a stranger: bounded in bytes, values and depth, aliases counted as often as
 * they are used, duplicate keys and tags refused, `<<` merged. Every fault is `contract.invalid` with its line.
 * `firstLine` is where the text stands when it is part of a larger one.
 */
export function readYaml(text: string, firstLine = 1): Source {
  if (Buffer.byteLength(text) > LIMITS.contractBytes)
    throw new CounterfoilError('limit.exceeded', `A contract has at most ${LIMITS.contractBytes} bytes.`);
  const lines = new LineCounter();
  const lineAt = (offset: number): number => lines.linePos(offset).line + firstLine - 1;
  const document = parse(text, lines);
  const faults = new Faults(() => firstLine);
  // The first alone: what follows is mostly its consequence.
  for (const { message, pos } of document.errors.slice(0, 1))
    faults.at(lineAt(pos[0]), [], `not YAML: ${firstLetterSmall(message)}`);
  faults.refuse();
  const reader = new Reader(faults, lineAt, targets(document));
  const json = reader.value(document.contents, [], 0);
  faults.refuse();
  return { json, document, lineOf: (path) => reader.places.lineOf(json, path) };
}

function parse(text: string, lines: LineCounter): Document {
  // In JSON a tab is only ever space between values; YAML takes some of them for indentation.
  const plain = /^\uFEFF?\s*\{/.test(text) ? text.replaceAll('\t', ' ') : text;
  try {
    return parseDocument(plain, {
      schema: 'core',
      merge: false,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'error',
      lineCounter: lines,
    }) as Document;
  } catch (error) {
    const deep = error instanceof RangeError;
    throw new CounterfoilError('contract.invalid', `The contract is ${deep ? 'nested too deeply' : 'not YAML'}.`, {
      cause: error,
    });
  }
}

const firstLetterSmall = (text: string): string =>
  printable(text.charAt(0).toLowerCase() + text.slice(1), 200)
    .slice(1, -1)
    .replace(/\.$/, '');

/** What each alias stands for: the last node before it that has its name. */
function targets(document: Document): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const found = new Map<Alias, Node>();
  visit(document, {
    Alias: (_, alias) => {
      const target = anchors.get(alias.source);
      if (target !== undefined) found.set(alias, target);
    },
    Value: (_, node) => {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return found;
}

class Reader {
  readonly places = new Places();
  readonly #faults: Faults;
  readonly #lineAt: (offset: number) => number;
  readonly #targets: ReadonlyMap<Alias, Node>;
  readonly #open = new Set<Node>();
  #values = 0;
  #chars = 0;

  constructor(faults: Faults, lineAt: (offset: number) => number, aliases: ReadonlyMap<Alias, Node>) {
    this.#faults = faults;
    this.#lineAt = lineAt;
    this.#targets = aliases;
  }

  #line(node: unknown): number {
    const range = (node as Node | null)?.range;
    return range === undefined || range === null ? 1 : this.#lineAt(range[0]);
  }

  #fault(node: unknown, path: Path, message: string): null {
    this.#faults.at(this.#line(node), path, message);
    return null;
  }

  value(node: unknown, path: Path, depth: number): Json {
    this.#values++;
    if (this.#values > LIMITS.contractValues) this.#stop(node, `the contract has over ${LIMITS.contractValues} values`);
    if (depth > LIMITS.contractDepth)
      this.#stop(node, `the contract is nested over ${LIMITS.contractDepth} levels deep`);
    if (node === null || node === undefined) return null;
    if (isAlias(node)) return this.#alias(node, path, depth);
    const { tag } = node as Node & { tag?: string };
    if (tag !== undefined && !CORE_TAGS.includes(tag))
      return this.#fault(node, path, `has the tag ${printable(tag)}; tags have no meaning in a contract`);
    if (isScalar(node)) return this.#scalar(node, path);
    if (!isSeq(node) && !isMap(node)) return this.#fault(node, path, 'is not a value');
    this.#open.add(node);
    const value = isMap(node) ? this.#map(node, path, depth) : this.#list(node, path, depth);
    this.#open.delete(node);
    return value;
  }

  /** Given up at once: what comes after could be endless. */
  #stop(node: unknown, message: string): never {
    throw new CounterfoilError('contract.invalid', `In line ${this.#line(node)} ${message}, aliases included.`);
  }

  #alias(alias: Alias, path: Path, depth: number): Json {
    const target = this.#targets.get(alias);
    if (target === undefined)
      return this.#fault(alias, path, `refers to ${printable(alias.source)}, which is not above`);
    if (this.#open.has(target)) return this.#fault(alias, path, 'contains itself');
    this.#open.add(target);
    const value = this.value(target, path, depth);
    this.#open.delete(target);
    return value;
  }

  #scalar(node: Scalar, path: Path): Json {
    const { value, source } = node;
    if (typeof value === 'string') this.#chars += value.length;
    if (this.#chars > LIMITS.contractChars)
      this.#stop(node, `the contract has over ${LIMITS.contractChars} characters`);
    if (
      typeof value === 'number' &&
      (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
    )
      return this.#fault(
        node,
        path,
        `is the number ${printable(source ?? '', 40)}, which JSON cannot carry; write it in quotes`,
      );
    if (typeof value === 'string' && !value.isWellFormed())
      return this.#fault(node, path, 'is not well-formed Unicode');
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value as Json;
    return this.#fault(node, path, 'is not a text, number or truth value');
  }

  #list({ items }: YAMLSeq, path: Path, depth: number): Json {
    const out: Json[] = [];
    items.forEach((item, at) => {
      out.push(this.value(item, [...path, at], depth + 1));
      this.places.note(out, at, this.#line(item));
    });
    return out;
  }

  #map(map: YAMLMap, path: Path, depth: number): Json {
    const out: Record<string, Json> = {};
    const merged: { key: string; value: Json; line: number }[] = [];
    for (const pair of map.items as Pair[]) {
      if (isMergeKey(pair.key)) {
        merged.push(...this.#merge(pair, path, depth));
        continue;
      }
      const key = this.#key(pair.key, path, depth);
      if (key === undefined) continue;
      if (Object.hasOwn(out, key)) this.#fault(pair.key, [...path, key], 'is there twice');
      out[key] = this.value(pair.value, [...path, key], depth + 1);
      this.places.note(out, key, this.#line(pair.key));
    }
    for (const { key, value, line } of merged) {
      if (Object.hasOwn(out, key)) continue; // what stands in the map itself is stronger, and so is the first merged
      out[key] = value;
      this.places.note(out, key, line);
    }
    return out;
  }

  #key(node: unknown, path: Path, depth: number): string | undefined {
    const value = this.value(node, path, depth + 1);
    if (typeof value === 'string' && value !== '__proto__') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return (node as Scalar).source ?? String(value);
    this.#fault(node, path, 'has a key that is not text');
    return undefined;
  }

  /** YAML 1.1 merge key: a map, or a list of maps of which the first that has a key gives it. */
  #merge(pair: Pair, path: Path, depth: number): { key: string; value: Json; line: number }[] {
    const value = this.value(pair.value, path, depth + 1);
    const maps = Array.isArray(value) ? value : [value];
    return maps.flatMap((each: Json) => {
      if (typeof each !== 'object' || each === null || Array.isArray(each)) {
        this.#fault(pair.key, path, 'merges something that is not a map');
        return [];
      }
      return Object.entries(each as Record<string, Json>).map(([key, member]) => ({
        key,
        value: member,
        line: this.places.lineOf(each, [key]),
      }));
    });
  }
}

const isMergeKey = (key: unknown): boolean => isScalar(key) && key.value === '<<' && key.type === 'PLAIN';
