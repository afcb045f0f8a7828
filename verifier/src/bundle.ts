import { base32, digest, fromUtf8, hex, utf8 } from './bytes.js';
import { contentOf, readEntry } from './entry.js';
import type { FaultList } from './faults.js';
import { History, type Seen } from './history.js';
import { type Fields, parseObject, type Value } from './json.js';
import { type BundleSource, readTar, TarError, type TarFile } from './tar.js';

export interface HeadLine {
  note: string;
  proof: string[];
  /** When a head of the other party's master log came, by the clock of the one who holds it (milliseconds). */
  held?: number;
}

/** A head of the master log with a time-stamp (base64) over its note. */
export interface StampLine extends HeadLine {
  token: string;
}

export interface Disclosed {
  seq: number;
  body: string;
  proof: string[];
}

/** A log of a bundle with what was signed of it. */
export interface BundleLog {
  history: History;
  checkpoint: string | undefined;
  heads: HeadLine[];
  /** Tiles of hashes by path below `tile/`. */
  tiles: Map<string, Uint8Array>;
}

export interface Bundle {
  name: string;
  /** To be read again where two ledgers differ: what entries say is not kept. */
  source: BundleSource;
  org: string;
  peer: string;
  manifest: Fields;
  manifestDigest: string;
  manifestNote: string;
  channel: BundleLog;
  copy: BundleLog;
  master: {
    origin: string;
    checkpoint: string | undefined;
    heads: HeadLine[];
    stamps: StampLine[];
    disclosed: Disclosed[];
  };
  peerMaster: HeadLine[];
  keys: Fields | undefined;
  /** The documents that are looked into, by kind and name. */
  documents: Map<string, Uint8Array>;
  /** Documents that are not what their names stand for. */
  misnamed: string[];
  /** The commitment that the bytes of each payload make, by the name they have. */
  payloads: Map<string, string>;
  /** Bytes of the documents that are kept. */
  kept: number;
  /** Files that are not what the manifest lists, to be reported where nothing else names them. */
  damaged: string[];
}

const MOST_HEADS = 100_000;
const MOST_STAMPS = 2000;
const MOST_DISCLOSED = 1_000_000;
const MOST_KEPT_BYTES = 1024 ** 3;
/** Entries that are compared one by one where two ledgers part. */
const MOST_COMPARED = 1_000_000;

const ORG = /^[a-z0-9][a-z0-9.-]{0,252}$/;

/** Reads a bundle. Faults of the file itself go to the list; undefined when not even its manifest can be used. */
export async function readBundle(source: BundleSource, faults: FaultList, seen: Seen): Promise<Bundle | undefined> {
  let bundle: Bundle | undefined;
  try {
    const files = readTar(source);
    bundle = await open(files, source, faults, seen);
    if (bundle === undefined) return undefined;
    await fill(bundle, files, faults);
  } catch (error) {
    if (!(error instanceof TarError)) throw error;
    faults.add(error.hostile ? 'hostile' : 'bitRot', null, null, `${source.name} ${error.message}.`);
  }
  return bundle;
}

async function open(
  files: AsyncGenerator<TarFile>,
  source: BundleSource,
  faults: FaultList,
  seen: Seen,
): Promise<Bundle | undefined> {
  const { name } = source;
  const first = await files.next();
  const second = await files.next();
  if (first.done || second.done || first.value.path !== 'manifest.json' || second.value.path !== 'manifest.note') {
    faults.add('hostile', null, null, `${name} is not a bundle: it does not begin with a manifest.`);
    return undefined;
  }
  try {
    const manifest = parseObject(fromUtf8(first.value.bytes));
    const { org, peer, kind } = manifest;
    if (kind !== 'counterfoil/bundle/1') throw new RangeError('is of a version that this verifier does not know');
    if (typeof org !== 'string' || typeof peer !== 'string' || !ORG.test(org) || !ORG.test(peer) || org === peer)
      throw new RangeError('names no two parties');
    listedFiles(manifest);
    const log = (owner: string, other: string): BundleLog => ({
      history: new History(`${owner}/counterfoil/peer/${other}`, owner, faults, seen),
      checkpoint: undefined,
      heads: [],
      tiles: new Map(),
    });
    return {
      name,
      source,
      org,
      peer,
      manifest,
      manifestDigest: hex(digest(first.value.bytes)),
      manifestNote: fromUtf8(second.value.bytes),
      channel: log(org, peer),
      copy: log(peer, org),
      master: { origin: `${org}/counterfoil/master`, checkpoint: undefined, heads: [], stamps: [], disclosed: [] },
      peerMaster: [],
      keys: undefined,
      documents: new Map(),
      misnamed: [],
      payloads: new Map(),
      kept: 0,
      damaged: [],
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    faults.add('bitRot', null, null, `The manifest of ${name} ${error.message}.`);
    return undefined;
  }
}

interface Listed {
  path: string;
  sha256: string;
  size: number;
}

function listedFiles(manifest: Fields): Listed[] {
  const { files } = manifest;
  const sound =
    Array.isArray(files) &&
    files.every((file: Value) => {
      if (file === null || typeof file !== 'object') return false;
      const { path, sha256, size } = file as Fields;
      return typeof path === 'string' && typeof sha256 === 'string' && typeof size === 'number';
    });
  if (!sound) throw new RangeError('has no sound list of files');
  return files as unknown as Listed[];
}

async function fill(bundle: Bundle, files: AsyncGenerator<TarFile>, faults: FaultList): Promise<void> {
  const listed = new Map(listedFiles(bundle.manifest).map((file) => [file.path, file]));
  const order = [...listed.keys()];
  const places = new Map(order.map((path, place) => [path, place]));
  let next = 0;
  for await (const file of files) {
    const { path, bytes } = file;
    const expected = listed.get(path);
    if (expected === undefined) {
      faults.add('hostile', null, null, `${bundle.name} has a file that its manifest does not list: ${path}.`);
      continue;
    }
    if (order[next] !== path) bundle.damaged.push(`${path} stands where ${order[next] ?? 'nothing'} should`);
    next = places.get(path)! + 1;
    listed.delete(path);
    if (expected.size !== bytes.length || expected.sha256 !== hex(digest(bytes)))
      bundle.damaged.push(`${path} is not the file that the manifest lists`);
    place(bundle, file, faults);
  }
  for (const path of listed.keys()) bundle.damaged.push(`${path} is missing`);
}

function place(bundle: Bundle, { path, bytes }: TarFile, faults: FaultList): void {
  const [folder, ...rest] = path.split('/') as [string, ...string[]];
  try {
    if (path === 'keys.json') bundle.keys = parseObject(fromUtf8(bytes));
    else if (folder === 'channel') placeInLog(bundle.channel, rest, bytes);
    else if (folder === 'peer') placeInLog(bundle.copy, rest, bytes);
    else if (folder === 'master' && rest[0] === 'entries')
      addLines(bundle.master.disclosed, lines(bytes).map(disclosed), MOST_DISCLOSED);
    else if (folder === 'master' && rest[0] === 'heads')
      addLines(bundle.master.heads, lines(bytes).map(headLine), MOST_HEADS);
    else if (folder === 'master' && rest[0] === 'time')
      addLines(bundle.master.stamps, lines(bytes).map(stampLine), MOST_STAMPS);
    else if (path === 'master/checkpoint') bundle.master.checkpoint = fromUtf8(bytes);
    else if (folder === 'peer-master') addLines(bundle.peerMaster, lines(bytes).map(heldLine), MOST_HEADS);
    else if (folder === 'documents') placeDocument(bundle, rest, bytes);
    else if (folder === 'payloads') bundle.payloads.set(rest.join('/'), commitmentOf(bytes));
    else faults.add('hostile', null, null, `${bundle.name} has a file of no known kind: ${path}.`);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    faults.add('bitRot', null, null, `${path} of ${bundle.name} ${error.message}.`);
  }
}

const PREFIX: Readonly<Record<string, string>> = { view: 'counterfoil/view/1\n', version: 'counterfoil/version/1\n' };
const LOOKED_INTO = ['attestation', 'report', 'view'];

/** An attestation is named by the report that it signs, every other document by its own digest. */
function placeDocument(bundle: Bundle, rest: string[], bytes: Uint8Array): void {
  const [kind = '', name = ''] = rest;
  if (kind !== 'attestation') {
    const hash = digest(utf8(PREFIX[kind] ?? ''), bytes);
    if (name !== (kind === 'version' ? `v-${base32(hash)}` : hex(hash))) bundle.misnamed.push(rest.join('/'));
  }
  if (!LOOKED_INTO.includes(kind)) return;
  bundle.kept += bytes.length;
  if (bundle.kept > MOST_KEPT_BYTES)
    throw new TarError(`has more documents than the ${MOST_KEPT_BYTES} bytes that are read`, true);
  bundle.documents.set(rest.join('/'), bytes);
}

/** Of a salt of 32 bytes and what it salts. */
const commitmentOf = (bytes: Uint8Array): string =>
  bytes.length < 32 ? 'none' : hex(digest(utf8('counterfoil/payload/1\n'), bytes));

/** Adds the lines of a file; more than are read are a fault of who made the bundle. */
function addLines<T>(lines: T[], more: readonly T[], most: number): void {
  if (lines.length + more.length > most) throw new TarError(`has more than ${most} lines of one kind`, true);
  for (const line of more) lines.push(line);
}

function placeInLog(log: BundleLog, rest: string[], bytes: Uint8Array): void {
  if (rest[0] === 'checkpoint') log.checkpoint = fromUtf8(bytes);
  else if (rest[0] === 'heads') addLines(log.heads, lines(bytes).map(headLine), MOST_HEADS);
  else if (rest[0] === 'tile' && rest[1] === 'entries') for (const body of entryBodies(bytes)) log.history.add(body);
  else if (rest[0] === 'tile') log.tiles.set(rest.slice(1).join('/'), bytes);
  else throw new RangeError('is a file of no known kind');
}

/** Names of what the entries of a log say from a place on, equal for entries that say the same; read from the file again. */
export async function contentsFrom({ source }: Bundle, log: 'channel' | 'peer', from: number): Promise<string[]> {
  const names: string[] = [];
  let place = 0;
  try {
    for await (const { path, bytes } of readTar(source)) {
      if (!path.startsWith(`${log}/tile/entries/`)) continue;
      for (const body of entryBodies(bytes))
        if (place++ >= from && names.length < MOST_COMPARED) names.push(nameOf(body, place));
    }
  } catch (error) {
    if (!(error instanceof TarError) && !(error instanceof RangeError)) throw error; // said when it was read first
  }
  return names;
}

function nameOf(body: Uint8Array, place: number): string {
  try {
    return hex(digest(utf8(contentOf(readEntry(body)))).subarray(0, 16));
  } catch {
    return `unreadable ${place}`;
  }
}

/** Entry bundle of C2SP tlog-tiles. */
function* entryBodies(bytes: Uint8Array): Generator<Uint8Array> {
  let at = 0;
  while (at < bytes.length) {
    const length = bytes[at]! * 256 + (bytes[at + 1] ?? 0);
    if (at + 2 + length > bytes.length) throw new RangeError('ends in the middle of an entry');
    yield bytes.subarray(at + 2, at + 2 + length);
    at += 2 + length;
  }
}

function lines(bytes: Uint8Array): Fields[] {
  const text = fromUtf8(bytes);
  if (!text.endsWith('\n')) throw new RangeError('ends in the middle of a line');
  return text.slice(0, -1).split('\n').map(parseObject);
}

function headLine({ note, proof, ...more }: Fields): HeadLine {
  if (typeof note !== 'string' || !isTexts(proof) || Object.keys(more).length > 0)
    throw new RangeError('has a line that is no head');
  return { note, proof };
}

function heldLine({ held, ...head }: Fields): HeadLine {
  if (held === undefined) return headLine(head);
  const time = typeof held === 'string' ? Date.parse(held) : Number.NaN;
  if (Number.isNaN(time)) throw new RangeError('has a line that is no head');
  return { ...headLine(head), held: time };
}

function stampLine({ token, ...head }: Fields): StampLine {
  if (typeof token !== 'string') throw new RangeError('has a line that is no time-stamp');
  return { ...headLine(head), token };
}

function disclosed({ seq, body, proof, ...more }: Fields): Disclosed {
  if (typeof seq !== 'number' || typeof body !== 'string' || !isTexts(proof) || Object.keys(more).length > 0)
    throw new RangeError('has a line that is no entry');
  return { seq, body, proof };
}

const isTexts = (value: Value | undefined): value is string[] =>
  Array.isArray(value) && value.every((item: Value) => typeof item === 'string');
