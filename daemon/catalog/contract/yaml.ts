import { type Document, isCollection, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { CounterfoilError, type Json, LIMITS, printable } from '../../foundation/index.js';

/** Where a part of a document stands: keys and positions from the top. */
export type Place = readonly (string | number)[];

/** A YAML document as JSON, and the line of each of its parts. */
export interface ReadYaml {
  json: Json;
  /** Line of a part, from 1; of what is around it where it is missing. */
  lineOf(place: Place): number;
  /** `contract.invalid` about a part, with its line and path. */
  fault(place: Place, what: string, cause?: unknown): CounterfoilError;
}

const ALIASES = 100;
const DEPTH = 64;

/**
 * Reads YAML 1.2 (so JSON too) strictly: no duplicate keys, no tags of other types, aliases and nesting bounded.
 * `contract.invalid` with the line.
 */
export function readYaml(text: string): ReadYaml {
  if (Buffer.byteLength(text) > LIMITS.contractBytes) {
    throw new CounterfoilError('limit.exceeded', `The contract has more than ${LIMITS.contractBytes} bytes.`);
  }
  const lines = new LineCounter();
  const document = parsed(text, lines);
  const [error] = document.errors;
  if (error !== undefined) {
    const { line } = lines.linePos(error.pos[0]);
    throw invalid(line, '', sentenceOf(error.code, error.message), error);
  }
  refuseHostile(document, lines);
  const lineOf = (place: Place): number => {
    for (let length = place.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(place.slice(0, length), true);
      const range = (isScalar(node) || isCollection(node)) && node.range;
      if (range) return lines.linePos(range[0]).line;
    }
    return 1;
  };
  return {
    json: toJson(document),
    lineOf,
    fault: (place, what, cause) => invalid(lineOf(place), pathOf(place), what, cause),
  };
}

function parsed(text: string, lines: LineCounter): Document.Parsed {
  try {
    return parseDocument(text, {
      lineCounter: lines,
      schema: 'core',
      strict: true,
      uniqueKeys: true,
      prettyErrors: false,
    });
  } catch (error) {
    // Nesting that exhausts the stack.
    throw invalid(1, '', 'it is nested too deeply', error);
  }
}

function refuseHostile(document: Document.Parsed, lines: LineCounter): void {
  let aliases = 0;
  const lineOf = (range: readonly number[] | null | undefined): number => lines.linePos(range?.[0] ?? 0).line;
  visit(document, {
    Alias: (_, node) => {
      if (++aliases > ALIASES) throw invalid(lineOf(node.range), '', `it has more than ${ALIASES} aliases`);
    },
    Node: (_, node, parents) => {
      if (parents.length > DEPTH * 2) throw invalid(lineOf(node.range), '', `it is nested deeper than ${DEPTH}`);
      if (node.tag !== undefined && !/^tag:yaml\.org,2002:(str|int|float|bool|null|map|seq)$/.test(node.tag))
        throw invalid(lineOf(node.range), '', `the tag ${printable(node.tag)} is not read`);
    },
    Pair: (_, pair) => {
      if (isScalar(pair.key) && typeof pair.key.value === 'string') return;
      const key = isScalar(pair.key) || isCollection(pair.key) ? pair.key.range : undefined;
      throw invalid(lineOf(key), '', 'a key is not a text; put it in quotes');
    },
  });
}

function toJson(document: Document.Parsed): Json {
  try {
    return document.toJS({ maxAliasCount: ALIASES }) as Json;
  } catch (error) {
    throw invalid(1, '', 'its aliases unfold to too much', error);
  }
}

function sentenceOf(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'a key is there twice';
  if (message.includes('call stack')) return 'it is nested too deeply';
  const first = message.split('\n')[0]!.replace(/\.$/, '');
  return first.charAt(0).toLowerCase() + first.slice(1);
}

export function pathOf(place: Place): string {
  return place.map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`)).join('');
}

function invalid(line: number, path: string, what: string, cause?: unknown): CounterfoilError {
  const where = path === '' ? `line ${line}` : `line ${line}, ${printable(path, 200).slice(1, -1)}`;
  return new CounterfoilError('contract.invalid', `The contract, ${where}: ${what}.`, { cause });
}
