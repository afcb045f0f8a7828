import { CounterfoilError } from '../foundation/index.js';
import { plain } from './text.js';

/** Options that say how text files are read, where the files do not. */
export interface TextFlags {
  separator?: string;
  header: boolean;
  null?: string[];
  type?: string[];
  encoding?: string;
}

export function textOptions({ separator, header, null: nulls, type, encoding }: TextFlags): object {
  return {
    ...(separator === undefined ? {} : { separator: separator === '\\t' ? '\t' : separator }),
    ...(header ? {} : { header }),
    ...(nulls === undefined ? {} : { nulls }),
    ...(type === undefined ? {} : { types: Object.fromEntries(type.map(typeRule)) }),
    ...(encoding === undefined ? {} : { encoding }),
  };
}

function typeRule(text: string): [column: string, type: string] {
  const at = text.lastIndexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new CounterfoilError('usage', `--type ${plain(text)} is not COL=TYPE.`);
}
