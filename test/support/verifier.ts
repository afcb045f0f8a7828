/**
 * Inner parts of the verifier, to hold them against the gateway's own. The package shows only its door; tests read the
 * built files beside it.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repoRoot } from './repo.js';

const part = (name: string): Promise<unknown> =>
  import(pathToFileURL(join(repoRoot, 'verifier', 'dist', `${name}.js`)).href);

type Proof = readonly Uint8Array[];

interface TreePart {
  leafHash(data: Uint8Array): Uint8Array;
  verifyInclusion(leaf: Uint8Array, index: number, size: number, proof: Proof, root: Uint8Array): boolean;
  verifyConsistency(old: number, size: number, proof: Proof, oldRoot: Uint8Array, root: Uint8Array): boolean;
}

interface VocabularyPart {
  TYPES: Readonly<Record<string, { where: string; fields: string; role?: string; answers?: true }>>;
}

interface Note {
  text: string;
  lines: { name: string }[];
}

interface NotePart {
  parseNote(source: string): Note;
  parseHead(text: string): { origin: string; size: number };
  checkSignature(note: Note, name: string, key: Uint8Array): string;
  checkCosignature(note: Note, name: string, key: Uint8Array): number | 'bad' | undefined;
}

export const { leafHash, verifyInclusion, verifyConsistency } = (await part('tree')) as TreePart;
export const { TYPES } = (await part('vocabulary')) as VocabularyPart;
export const { readEntry } = (await part('entry')) as { readEntry(body: Uint8Array): unknown };
export const { parseNote, parseHead, checkSignature, checkCosignature } = (await part('note')) as NotePart;
export const { openStamp } = (await part('timestamp')) as {
  openStamp(token: Uint8Array, note: string): Promise<{ time: number; authority: string; chain: string[] }>;
};
