import { isNode, isScalar, type Node, Scalar, stringify } from 'yaml';
import { CounterfoilError, canonicalJson, type Json } from '../../foundation/index.js';
import { type Path, pathText } from './places.js';
import { readYaml, type Source } from './yaml.js';

/** A change of one place of a contract. `undefined` takes the entry out. */
export interface ContractEdit {
  path: readonly (string | number)[];
  value: Json | undefined;
}

type Tree = { [key: string]: Json } | Json[];

/**
 * A contract with some places changed and all else as it was: comments, order, entries that we do not know. Text that
 * need not change stays byte for byte. `contract.invalid` for a text that cannot be read, or a place inside something that
 * other places share by an alias.
 */
export function editContract(text: string, edits: readonly ContractEdit[]): string {
  return edits.reduce(editOnce, text);
}

function editOnce(text: string, { path, value }: ContractEdit): string {
  const source = readYaml(text);
  const wanted = structuredClone(source.json) as Tree;
  put(wanted, path, value);
  const form = canonicalJson(wanted);
  if (form === canonicalJson(source.json)) return text;
  for (const way of /^\uFEFF?\s*\{/.test(text) ? [inJson] : [inPlace, inDocument(true), inDocument(false)]) {
    const edited = way(text, source, path, value, wanted);
    if (edited !== undefined && formOf(edited) === form) return edited;
  }
  throw fault(path, 'cannot be changed by itself: it is written together with others');
}

/** The canonical form of a text; undefined when it cannot be read. */
function formOf(text: string): string | undefined {
  try {
    return canonicalJson(readYaml(text).json);
  } catch {
    return undefined;
  }
}

const fault = (path: Path, what: string): CounterfoilError =>
  new CounterfoilError('contract.invalid', `In the contract, ${pathText(path)} ${what}.`);

/** The change made to plain values. */
function put(top: Tree, path: ContractEdit['path'], value: Json | undefined): void {
  let at: unknown = top;
  path.slice(0, -1).forEach((key, depth) => {
    const next = (at as Record<string | number, unknown>)[key];
    if (typeof next !== 'object' || next === null) throw fault(path.slice(0, depth + 1), 'is not there');
    at = next;
  });
  const key = path.at(-1);
  if (key === undefined) throw fault(path, 'is the whole');
  if (Array.isArray(at)) {
    if (typeof key !== 'number' || key > at.length) throw fault(path, 'is not there');
    if (value === undefined) at.splice(key, 1);
    else at[key] = value;
  } else if (value === undefined) delete (at as Record<string, Json>)[key];
  else (at as Record<string, Json>)[key] = value;
}

type Way = (
  text: string,
  source: Source,
  path: ContractEdit['path'],
  value: Json | undefined,
  wanted: Tree,
) => string | undefined;

/** One value put where another stood, all else untouched. */
const inPlace: Way = (text, { document }, path, value) => {
  const node = document.getIn(path, true);
  if (!isScalar(node) || node.range === undefined || node.range === null) return undefined;
  if (value === undefined || typeof value === 'object') return undefined;
  if (node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED) return undefined;
  const written = stringify(value, { ...STYLE, blockQuote: false }).trimEnd();
  const [from, to] = node.range;
  return `${text.slice(0, from)}${from === to ? ' ' : ''}${written}${text.slice(to)}`;
};

/** The whole written again from its nodes, in the style it has; then with all lists indented, which always can be read. */
const inDocument =
  (isLikeBefore: boolean): Way =>
  (text, _source, path, value) => {
    const { document } = readYaml(text);
    try {
      if (value === undefined) document.deleteIn(path);
      else document.setIn(path, withComments(document.createNode(value, STYLE) as Node, document.getIn(path, true)));
    } catch {
      return undefined;
    }
    return document.toString({
      lineWidth: 0,
      indentSeq: !(isLikeBefore && /^( *)[^\s#-][^\n]*:[ \t]*\r?\n\1- /m.test(text)),
      flowCollectionPadding: !/[[{][^\s\]}]/.test(text),
    });
  };

/** A node with the comments of the one that it takes the place of. */
function withComments(node: Node, before: unknown): Node {
  if (!isNode(before)) return node;
  if (before.comment) node.comment = before.comment;
  if (before.commentBefore) node.commentBefore = before.commentBefore;
  if (before.spaceBefore) node.spaceBefore = true;
  return node;
}

const inJson: Way = (text, _source, _path, _value, wanted) =>
  `${JSON.stringify(wanted, null, /\n\t/.test(text) ? '\t' : 2)}\n`;

/** Text that older readers of YAML would take for something else (yes, 1:30, 2026-01-31) is put in quotes. */
const STYLE = { compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false } as const;
