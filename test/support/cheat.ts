import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tarEnd, tarHeader, tarPadding } from '../../daemon/audit/tar.js';
import { base64, canonicalJson, hex, leafHash, type OrgId, sha256 } from '../../daemon/foundation/index.js';
import { fingerprint, type Signer } from '../../daemon/identity/index.js';
import { composeEntry } from '../../daemon/ledger/compose.js';
import { decodeEntry, type EntryObject, encodeEntry, NO_PREVIOUS, signedBytes } from '../../daemon/ledger/entry.js';
import { signNote } from '../../daemon/ledger/note.js';
import { LogTree, type Tile } from '../../daemon/ledger/tree.js';
import { VOCABULARY } from '../../daemon/ledger/vocabulary.js';
import { type Database, openDatabase } from '../../daemon/store/index.js';
import type { LedgerParty } from './ledgers.js';

/** What an operator can do who owns the database and the key: change entries, and sign everything anew. */
export type Change = (entries: EntryObject[]) => (EntryObject | Uint8Array)[];

/** Works on the closed database of a party without its triggers, and puts them back. */
export function withoutTriggers(path: string, work: (db: Database) => void): void {
  const db = openDatabase(path);
  const triggers = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all() as {
    name: string;
    sql: string;
  }[];
  for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
  work(db);
  for (const { sql } of triggers) db.exec(sql);
  db.close();
}

/**
 * Rewrites the channel log of a party with all it has: the changed entries get their places, links, signatures, tiles
 * and heads anew, the master log the new channel heads, and the side file is gone. Reopens it as if nothing had been.
 */
export function rewrite(party: LedgerParty, peer: OrgId, change: Change): void {
  party.ledger.close();
  withoutTriggers(party.options.path, (db) => {
    const ids = db.prepare('SELECT id, origin FROM log WHERE owner = ?').all('') as { id: number; origin: string }[];
    const channel = ids.find(({ origin }) => origin.endsWith(`/${peer}`))!.id;
    const master = ids.find(({ origin }) => origin.endsWith('/master'))!.id;
    const roots = resealLog(db, channel, change, party.key);
    resealLog(db, master, (entries) => entries.flatMap((entry) => withRoot(entry, roots)), party.key);
  });
  rmSync(party.options.sideFile, { force: true });
  party.ledger = party.open();
  pretendConfirmed(party, peer);
}

/** A cheat tells itself that its peer holds nothing. */
export function pretendConfirmed(party: LedgerParty, peer: OrgId): void {
  const none = new Uint8Array();
  party.ledger.completeHandshake(peer, {
    checkpoint: none,
    size: 0,
    mirrored: 0,
    masterCheckpoint: none,
    masterSize: 0,
  });
}

function withRoot(entry: EntryObject, roots: string[]): EntryObject[] {
  if (entry.type !== 'channel.head') return [entry];
  const root = roots[entry.size as number];
  return root === undefined ? [] : [{ ...entry, root }];
}

/** Gives the roots of the log at every size. */
function resealLog(db: Database, log: number, change: Change, key: Signer): string[] {
  const rows = db.prepare('SELECT body FROM entry WHERE log = ? ORDER BY seq').all(log) as { body: Uint8Array }[];
  for (const table of ['entry', 'tile', 'checkpoint', 'cosignature'])
    db.prepare(`DELETE FROM ${table} WHERE log = ?`).run(log);
  const insert = db.prepare('INSERT INTO entry (log, seq, type, leaf, body) VALUES (?, ?, ?, ?, ?)');
  const kept = new Map<string, Tile>();
  const tree = new LogTree({ hashes: (level, index) => kept.get(`${level}/${index}`)!.hashes });
  const roots = [hex(tree.root())];
  let prev = NO_PREVIOUS;
  for (const [seq, entry] of change(rows.map(({ body }) => decodeEntry(body, false))).entries()) {
    const body = entry instanceof Uint8Array ? entry : encodeEntry(resign({ ...entry, seq, prev }, key));
    const leaf = leafHash(body);
    insert.run(log, seq, entry instanceof Uint8Array ? 'raw' : entry.type, leaf, body);
    tree.push(leaf);
    for (const tile of tree.takeFresh()) kept.set(`${tile.level}/${tile.index}`, tile);
    prev = hex(leaf);
    roots.push(hex(tree.root()));
  }
  const addTile = db.prepare('INSERT INTO tile (log, level, place, hashes, root) VALUES (?, ?, ?, ?, ?)');
  for (const { level, index, hashes, root } of kept.values()) addTile.run(log, level, index, hashes, root);
  return roots;
}

/** Signs an entry anew where its type is signed. */
export function resign(entry: EntryObject, key: Signer): EntryObject {
  const role = VOCABULARY[entry.type].signs;
  if (role === undefined) return entry;
  const { sig: _, ...rest } = entry;
  const unsigned = { ...rest, sigKey: fingerprint(key.publicKey) } as EntryObject;
  return { ...unsigned, sig: base64(key.sign(signedBytes(role, composeEntry(unsigned, unsigned)))) } as EntryObject;
}

/** The files of a bundle, in order. */
export function unpack(path: string): Map<string, Buffer> {
  const tar = readFileSync(path);
  const files = new Map<string, Buffer>();
  for (let at = 0; tar[at] !== 0; ) {
    const name = tar.toString('latin1', at, at + 100).replace(/\0.*$/, '');
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8);
    files.set(name, tar.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

export function pack(path: string, files: Map<string, Uint8Array>): void {
  const parts: Uint8Array[] = [];
  for (const [name, bytes] of files) parts.push(tarHeader(name, bytes.length), bytes, tarPadding(bytes.length));
  writeFileSync(path, Buffer.concat([...parts, tarEnd()]));
}

/** Changes the files of a bundle. With the key of the party, its manifest is made and signed anew. */
export function repack(path: string, change: (files: Map<string, Buffer>) => void, signer?: Signer): void {
  const files = unpack(path);
  change(files);
  if (signer !== undefined) {
    const manifest = JSON.parse(files.get('manifest.json')!.toString('utf8')) as { [key: string]: never };
    const listed = [...files]
      .slice(2)
      .map(([name, bytes]) => ({ path: name, sha256: hex(sha256(bytes)), size: bytes.length }));
    const text = Buffer.from(canonicalJson({ ...manifest, files: listed }));
    const statement = `${signer.id}/counterfoil/bundle\n${hex(sha256(text))}\n`;
    files.set('manifest.json', text);
    files.set('manifest.note', Buffer.from(signNote(statement, `${signer.id}/counterfoil/bundle`, signer)));
  }
  pack(path, files);
}

/** Entry bodies of an entry bundle, and back. */
export function entriesOf(file: Buffer): Buffer[] {
  const bodies: Buffer[] = [];
  for (let at = 0; at < file.length; at += 2 + file.readUInt16BE(at))
    bodies.push(file.subarray(at + 2, at + 2 + file.readUInt16BE(at)));
  return bodies;
}

export const entryFile = (bodies: readonly Uint8Array[]): Buffer =>
  Buffer.concat(bodies.flatMap((body) => [Uint8Array.of(body.length >> 8, body.length & 255), body]));
