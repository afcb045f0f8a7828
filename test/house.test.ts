import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { test } from 'node:test';
import { repoRoot } from './support/repo.js';

/** What each room may import besides itself: the ground floor for all, and for a room in the row the rooms before it. */
const GROUND = ['foundation', 'config', 'columnar', 'store', 'identity', 'access'];
const ROW = ['invite', 'peering', 'catalog', 'agreement', 'pipeline', 'ledger', 'audit'];
const GROUND_IMPORTS: Record<string, string[]> = {
  foundation: [],
  config: ['foundation'],
  columnar: ['foundation'],
  store: ['foundation'],
  identity: ['foundation'],
  access: ['foundation', 'store'],
};

/** Each outside library has one home, so that replacing it touches one room. */
const HOMES: Record<string, string[]> = {
  'node-forge': ['identity'],
  '@hpke/core': ['identity'],
  '@hpke/dhkem-x25519': ['identity'],
  pkijs: ['identity'],
  asn1js: ['identity'],
  croner: ['agreement'],
  'openid-client': ['access'],
  'better-sqlite3': ['store'],
  '@grpc/grpc-js': ['edge'],
  '@grpc/proto-loader': ['edge'],
  fastify: ['edge'],
  'nodejs-polars': ['pipeline/engine'],
  'parquet-wasm': ['pipeline/engine'],
  hyparquet: ['pipeline/engine'],
  piscina: ['pipeline/jobs'],
  'apache-arrow': ['columnar', 'pipeline/hooks'],
  flatbuffers: ['columnar'],
  zstddec: ['columnar'],
  stdnum: ['catalog/personal'],
  'libphonenumber-js': ['catalog/personal'],
  tldts: ['catalog/personal'],
  ibantools: ['catalog/personal'],
  'credit-card-type': ['catalog/personal'],
  '@cspell/dict-people-names': ['catalog/personal'],
  commander: ['cli'],
  undici: ['cli', 'edge', 'pipeline/engine'],
  pino: ['foundation'],
};

const daemon = join(repoRoot, 'daemon');

function allowed(room: string): string[] {
  if (room in GROUND_IMPORTS) return GROUND_IMPORTS[room]!;
  const place = ROW.indexOf(room);
  if (place >= 0) return [...GROUND, ...ROW.slice(0, place)];
  return [...GROUND, ...ROW, 'edge', 'cli']; // the roof and the composition roots
}

const sources = readdirSync(daemon, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

function importsOf(name: string): string[] {
  const text = readFileSync(join(daemon, name), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]!);
}

test('a room imports the ground floor and the doors of earlier rooms, nothing else', () => {
  for (const name of sources) {
    const room = name.includes(sep) ? name.split(sep)[0]! : 'root';
    for (const specifier of importsOf(name).filter((text) => text.startsWith('.'))) {
      const target = relative(daemon, resolve(join(daemon, name, '..'), specifier)).split(sep);
      const other = target.length > 1 ? target[0]! : 'root';
      if (other === room) continue;
      assert.ok(allowed(room).includes(other), `${name} imports ${specifier}: ${room} may not import ${other}`);
      if (room !== 'root')
        assert.deepEqual(target.slice(1), ['index.js'], `${name} imports ${specifier}, not the door of ${other}`);
    }
  }
});

test('each outside library has one home', () => {
  for (const name of sources) {
    for (const specifier of importsOf(name)) {
      const library = Object.keys(HOMES).find((key) => specifier === key || specifier.startsWith(`${key}/`));
      if (library === undefined) continue;
      const homes = HOMES[library]!;
      assert.ok(
        homes.some((home) => name.startsWith(home + sep)),
        `${name} imports ${library}, whose home is ${homes.join(', ')}`,
      );
    }
  }
});

test('only config reads the environment', () => {
  for (const name of sources) {
    if (name.startsWith(`config${sep}`)) continue;
    assert.doesNotMatch(readFileSync(join(daemon, name), 'utf8'), /process\.env/, `${name} reads process.env`);
  }
});
