import { sep } from 'node:path';

const MAGIC = /[*?[\]{}]/;

export const hasGlob = (path: string): boolean => MAGIC.test(path);

/**
 * A glob as a test of absolute paths, and the folder that all matches are below. `*` and `?` stay within a name, `**` as
 * a whole name spans folders, `[a-c]`, `[!x]` and `{one,two}` as in a shell.
 */
export function globPattern(pattern: string): { folder: string; matches: (path: string) => boolean } {
  const parts = pattern.split(sep);
  const expression = new RegExp(`^${expressionOf(parts.join('/'))}$`, 'u');
  return {
    folder: parts.slice(0, parts.findIndex(hasGlob)).join(sep) || sep,
    matches: (path) => expression.test(sep === '/' ? path : path.replaceAll(sep, '/')),
  };
}

const TOKEN = /(?<=^|\/)\*\*\/|(?<=^|\/)\*\*$|\*+|\?|\[!?[^\]]+\]|\{|\}|,|[\s\S]/gu;

function expressionOf(glob: string): string {
  let braces = 0;
  const closed = (glob.match(/\}/g) ?? []).length >= (glob.match(/\{/g) ?? []).length;
  const parts = (glob.match(TOKEN) ?? []).map((token) => {
    if (token === '**/') return '(?:[^/]+/)*';
    if (token === '**') return '.*';
    if (token.startsWith('*')) return '[^/]*';
    if (token === '?') return '[^/]';
    if (token.length > 1 && token.startsWith('[')) return `[${setOf(token.slice(1, -1))}]`;
    if (token === '{' && closed) {
      braces++;
      return '(?:';
    }
    if (token === '}' && braces > 0) {
      braces--;
      return ')';
    }
    if (token === ',' && braces > 0) return '|';
    return token.replace(/[\\^$.+()[\]{}|/]/, '\\$&');
  });
  return parts.join('') + ')'.repeat(braces);
}

const setOf = (text: string): string => {
  const escaped = text.replace(/[\\\]^[]/g, '\\$&');
  return escaped.startsWith('!') ? `^${escaped.slice(1)}` : escaped;
};
