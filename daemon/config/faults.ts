import { type Document, isMap, isNode, isScalar, type LineCounter } from 'yaml';
import type { z } from 'zod';
import { CounterfoilError } from '../foundation/index.js';
import type { Override } from './env.js';
import { nearest } from './nearest.js';
import { configFile } from './schema.js';
import { keysAt } from './shape.js';

/** One thing that is wrong with a config: where, and what to do about it. */
interface Fault {
  where: string;
  line: number;
  message: string;
}

export interface Parsed {
  document: Document;
  lines: LineCounter;
  overrides: readonly Override[];
}

/** Everything that is wrong, as one `config.invalid`. */
export function configError(file: string, faults: readonly Fault[]): CounterfoilError {
  const texts = [...faults]
    .sort((a, b) => a.line - b.line)
    .map((fault) => `${fault.line > 0 ? `line ${fault.line}, ` : ''}${fault.where}${fault.message}`);
  const [first] = texts;
  return texts.length === 1
    ? new CounterfoilError('config.invalid', `${file}, ${first}`)
    : new CounterfoilError(
        'config.invalid',
        `${file} has ${texts.length} faults:\n${texts.map((text) => `  ${text}`).join('\n')}`,
        { hint: 'Correct the entries of config.yaml that the message names.' },
      );
}

/** What the YAML parser says, a fault each. */
export function syntaxFaults({ document, lines }: Parsed): Fault[] {
  return document.errors.map((error) => {
    const text = (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
    return { where: '', line: lines.linePos(error.pos[0]).line, message: `not YAML: ${text}.` };
  });
}

/** What the schema says, a fault each, with the nearest known entry where one is unknown. */
export function schemaFaults(parsed: Parsed, issues: readonly z.core.$ZodIssue[]): Fault[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [fault(parsed, issue.path, sentence(issue))];
    return issue.keys.map((key) => {
      const known = keysAt(configFile, issue.path);
      const meant = nearest(key, known);
      const advice = meant === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean "${meant}"?`;
      return fault(parsed, [...issue.path, key], `is not a known entry. ${advice}`);
    });
  });
}

/** A fault at an entry, located in the file or named by the environment variable that set it. */
export function fault(parsed: Parsed, path: readonly PropertyKey[], message: string): Fault {
  const dotted = path.map(String).join('.');
  const override = parsed.overrides.find((one) => one.path.join('.') === dotted);
  const line = override === undefined ? lineOf(parsed, path) : 0;
  const where = override === undefined ? dotted : `${dotted} (from the environment: ${override.variable})`;
  return { where: where === '' ? '' : `${where} `, line, message };
}

function sentence(issue: z.core.$ZodIssue): string {
  const { message } = issue;
  if (issue.code === 'invalid_type' && issue.input === undefined && /received undefined/.test(message))
    return 'is missing.';
  const text = message.replace(/^Invalid input: /, '').replace(/^Too (big|small): /, '');
  const rest = text.charAt(0).toLowerCase() + text.slice(1);
  return `${/^(must|is|use) /.test(rest) ? rest : `is wrong: ${rest}`}${rest.endsWith('.') ? '' : '.'}`;
}

/** The line of an entry's key; of the nearest section around it when the entry itself is not there. 0: unknown. */
function lineOf({ document, lines }: Parsed, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const last = path[depth - 1];
    const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === last) : undefined;
    const node = pair?.key ?? document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 0;
}
