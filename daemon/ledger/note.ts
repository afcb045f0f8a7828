import { base64, equalBytes, fromBase64, hex, LIMITS, sha256, utf8 } from '../foundation/index.js';
import { type Signer, verifyEd25519 } from '../identity/index.js';

/** Signature types of C2SP signed-note. */
const ED25519 = 0x01;
const COSIGNATURE = 0x04;

/** A tree head as a C2SP tlog-checkpoint says it. */
export interface Checkpoint {
  origin: string;
  size: number;
  root: Uint8Array;
}

export interface NoteSignature {
  name: string;
  /** Four bytes of key id, then the signature. */
  blob: Uint8Array;
}

export interface Note {
  /** The signed text with its final newline. */
  text: string;
  signatures: NoteSignature[];
}

/** Key name under which an organisation cosigns the logs of others. */
export const cosignerName = (org: string): string => `${org}/counterfoil`;

/** Key id of C2SP signed-note: SHA-256(name ‖ 0x0A ‖ type ‖ public key), first four bytes. */
function keyId(name: string, type: number, publicKey: Uint8Array): Uint8Array {
  return sha256(utf8(`${name}\n`), Uint8Array.of(type), publicKey).subarray(0, 4);
}

/** Text of a checkpoint: origin, size, root, each on a line. No extension lines. */
export const checkpointText = (head: Checkpoint): string => `${head.origin}\n${head.size}\n${base64(head.root)}\n`;

const signatureLine = (name: string, blob: Uint8Array): string => `— ${name} ${base64(blob)}\n`;

/** A text as a signed note of one Ed25519 signature under the key name given. */
export function signNote(text: string, name: string, key: Signer): string {
  const blob = Buffer.concat([keyId(name, ED25519, key.publicKey), key.sign(utf8(text))]);
  return `${text}\n${signatureLine(name, blob)}`;
}

/** A checkpoint signed by its log: the key name is the origin. */
export const signCheckpoint = (head: Checkpoint, key: Signer): string =>
  signNote(checkpointText(head), head.origin, key);

/** The parts of a signed note; throws RangeError with a phrase on anything malformed. */
function parseNote(bytes: Uint8Array | string): Note {
  const all = typeof bytes === 'string' ? bytes : decode(bytes);
  if (all.length > LIMITS.noteBytes) throw new RangeError('is longer than a note may be');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the note format forbids them
  if (/[\u0000-\u0009\u000b-\u001f]/.test(all)) throw new RangeError('holds control characters');
  const cut = all.lastIndexOf('\n\n');
  if (cut < 0 || !all.endsWith('\n')) throw new RangeError('is not a signed note');
  const lines = all.slice(cut + 2, -1).split('\n');
  if (lines.length > LIMITS.noteSignatures) throw new RangeError('has too many signatures');
  return { text: all.slice(0, cut + 1), signatures: lines.map(parseSignature) };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new RangeError('is not UTF-8');
  }
}

/** One signature line, without its newline. */
function parseSignature(line: string): NoteSignature {
  const match = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line);
  if (match === null) throw new RangeError('has a malformed signature line');
  const blob = fromBase64(match[2]!);
  if (blob.length < 5) throw new RangeError('has a malformed signature line');
  return { name: match[1]!, blob };
}

/** The checkpoint that a note's text says; throws RangeError with a phrase. Extension lines are refused. */
function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  if (lines.length !== 4 || lines[3] !== '') throw new RangeError('is not a checkpoint of three lines');
  const [origin, size, root] = lines as [string, string, string];
  if (!/^(0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size)))
    throw new RangeError('has a malformed size');
  const hash = fromBase64(root);
  if (origin === '' || hash.length !== 32) throw new RangeError('is not a checkpoint');
  return { origin, size: Number(size), root: hash };
}

/**
 * The checkpoint of a note that `publicKey` signed under the origin's name. Unknown signatures are ignored; a failing
 * one of the known key, or none of it, throws RangeError.
 */
export function openCheckpoint(bytes: Uint8Array | string, publicKey: Uint8Array): Checkpoint {
  const note = parseNote(bytes);
  const checkpoint = parseCheckpoint(note.text);
  if (!signedBy(note, checkpoint.origin, publicKey)) throw new RangeError('is not signed by the key of its log');
  return checkpoint;
}

/** Whether a note carries a valid signature of a key; false as soon as one that claims to be of the key fails. */
function signedBy(note: Note, name: string, publicKey: Uint8Array): boolean {
  const id = keyId(name, ED25519, publicKey);
  const ours = note.signatures.filter((line) => line.name === name && equalBytes(line.blob.subarray(0, 4), id));
  const text = utf8(note.text);
  return ours.length > 0 && ours.every((line) => verifyEd25519(publicKey, text, line.blob.subarray(4)));
}

/** C2SP tlog-cosignature line (with its newline) over a checkpoint text. `time` in whole seconds since the epoch. */
export function cosign(text: string, name: string, key: Signer, time: number): string {
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(BigInt(time));
  const signature = key.sign(cosignedBytes(text, time));
  return signatureLine(name, Buffer.concat([keyId(name, COSIGNATURE, key.publicKey), stamp, signature]));
}

/** Time (seconds) of a cosignature line that is valid for the text, name and key; throws RangeError otherwise. */
export function openCosignature(line: string, text: string, name: string, publicKey: Uint8Array): number {
  const parsed = parseSignature(line.endsWith('\n') ? line.slice(0, -1) : line);
  const time = cosignatureTime(parsed, text, name, publicKey);
  if (time === undefined) throw new RangeError('is not a valid cosignature of that key');
  return time;
}

function cosignatureTime(line: NoteSignature, text: string, name: string, publicKey: Uint8Array): number | undefined {
  if (line.name !== name || line.blob.length !== 76) return undefined;
  if (!equalBytes(line.blob.subarray(0, 4), keyId(name, COSIGNATURE, publicKey))) return undefined;
  const time = Number(Buffer.from(line.blob).readBigUInt64BE(4));
  if (!Number.isSafeInteger(time)) return undefined;
  return verifyEd25519(publicKey, cosignedBytes(text, time), line.blob.subarray(12)) ? time : undefined;
}

const cosignedBytes = (text: string, time: number): Uint8Array => utf8(`cosignature/v1\ntime ${time}\n${text}`);

/** C2SP signed-note verifier key: name, key id, type and key. */
export const vkey = (name: string, type: number, key: Uint8Array): string =>
  `${name}+${hex(keyId(name, type, key))}+${base64(Buffer.concat([Uint8Array.of(type), key]))}`;
