import { ed25519 } from '@noble/curves/ed25519.js';
import { base64, concat, digest, equal, fromBase64, hex, utf8 } from './bytes.js';

export interface Head {
  origin: string;
  size: number;
  root: Uint8Array;
}

export interface NoteLine {
  name: string;
  id: Uint8Array;
  signature: Uint8Array;
  line: string;
}

export interface Note {
  /** The whole note as it was read. */
  source: string;
  text: string;
  lines: NoteLine[];
}

const MOST_BYTES = 64 * 1024;
const MOST_SIGNATURES = 64;

/** Results by key, signature and message: the same notes stand in both parties' bundles. */
const verified = new Map<string, boolean>();
const MOST_VERIFIED = 20_000;

/** Whether an Ed25519 signature (RFC 8032, strict) holds. Never throws. */
export function verifySignature(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (key.length !== 32 || signature.length !== 64) return false;
  const name = hex(digest(key, signature, message));
  let holds = verified.get(name);
  if (holds === undefined) {
    if (verified.size >= MOST_VERIFIED) verified.clear();
    holds = verifyStrictly(key, message, signature);
    verified.set(name, holds);
  }
  return holds;
}

function verifyStrictly(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, message, key, { zip215: false });
  } catch {
    return false;
  }
}

const keyId = (name: string, type: number, key: Uint8Array): Uint8Array =>
  digest(utf8(`${name}\n`), Uint8Array.of(type), key).subarray(0, 4);

/** C2SP signed-note. Throws RangeError with a phrase on anything malformed. */
export function parseNote(source: string): Note {
  if (source.length > MOST_BYTES) throw new RangeError('is longer than a note may be');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the note format forbids them
  if (/[\u0000-\u0009\u000b-\u001f]/.test(source)) throw new RangeError('holds control characters');
  const cut = source.lastIndexOf('\n\n');
  if (cut < 0 || !source.endsWith('\n')) throw new RangeError('is not a signed note');
  const lines = source.slice(cut + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) throw new RangeError(`has ${lines.length} signatures`);
  return { source, text: source.slice(0, cut + 1), lines: lines.map(parseLine) };
}

function parseLine(line: string): NoteLine {
  const match = /^— ([^\s+]+) (\S+)$/u.exec(line);
  if (match === null) throw new RangeError('has a malformed signature line');
  const blob = fromBase64(match[2]!);
  if (blob.length < 5) throw new RangeError('has a malformed signature line');
  return { name: match[1]!, id: blob.subarray(0, 4), signature: blob.subarray(4), line };
}

/** C2SP tlog-checkpoint of exactly three lines. */
export function parseHead(text: string): Head {
  const [origin, size, root, end, ...more] = text.split('\n');
  if (end !== '' || more.length > 0 || !origin || root === undefined) throw new RangeError('is not a checkpoint');
  if (!/^(0|[1-9]\d{0,15})$/.test(size ?? '') || !Number.isSafeInteger(Number(size)))
    throw new RangeError('has a malformed size');
  const hash = fromBase64(root);
  if (hash.length !== 32) throw new RangeError('has a malformed root');
  return { origin, size: Number(size), root: hash };
}

/** `valid`, `bad` when a line claims to be of the key and fails, `absent` when none claims to. */
export function checkSignature(note: Note, name: string, key: Uint8Array): 'valid' | 'bad' | 'absent' {
  const id = keyId(name, 1, key);
  const claims = note.lines.filter((line) => line.name === name && equal(line.id, id));
  if (claims.length === 0) return 'absent';
  const text = utf8(note.text);
  return claims.every((line) => verifySignature(key, text, line.signature)) ? 'valid' : 'bad';
}

/** Time (seconds) of the cosignature of a key; undefined when there is none. `bad` when one claims to be and fails. */
export function checkCosignature(note: Note, name: string, key: Uint8Array): number | 'bad' | undefined {
  const id = keyId(name, 4, key);
  const claims = note.lines.filter((line) => line.name === name && equal(line.id, id));
  let latest: number | undefined;
  for (const { signature } of claims) {
    if (signature.length !== 72) return 'bad';
    const time = Number(new DataView(signature.buffer, signature.byteOffset, 8).getBigUint64(0));
    const message = utf8(`cosignature/v1\ntime ${time}\n${note.text}`);
    if (!Number.isSafeInteger(time) || !verifySignature(key, message, signature.subarray(8))) return 'bad';
    latest = Math.max(latest ?? 0, time);
  }
  return latest;
}

/** C2SP verifier key. */
function verifierKey(name: string, type: number, key: Uint8Array): string {
  const id = [...keyId(name, type, key)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${name}+${id}+${base64(concat(Uint8Array.of(type), key))}`;
}

/** Name, type and key of a verifier key; throws RangeError. */
export function parseVerifierKey(text: string): { name: string; type: number; key: Uint8Array } {
  const [name, id, blob, ...more] = text.split('+').length >= 3 ? splitKey(text) : [];
  if (!name || !id || !blob || more.length > 0) throw new RangeError('is not a verifier key');
  const bytes = fromBase64(blob);
  const [type, key] = [bytes[0]!, bytes.subarray(1)];
  if (key.length !== 32 || verifierKey(name, type, key) !== text) throw new RangeError('is not a verifier key');
  return { name, type, key };
}

/** The base64 part may hold `+` itself. */
function splitKey(text: string): string[] {
  const first = text.indexOf('+');
  const second = text.indexOf('+', first + 1);
  return [text.slice(0, first), text.slice(first + 1, second), text.slice(second + 1)];
}
