import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeLz4Frame, FrameFault } from '../daemon/columnar/source/lz4.js';
import { xxh32 } from '../daemon/columnar/source/xxh32.js';
import { repoRoot } from './support/repo.js';

/** What the reference implementation (lz4 1.9.4) compressed, each time with other flags, to the frames beside it. */
const rows = Array.from({ length: 120 }, (_, i) => `${i} ${(i * i) % 97} row of a table\n`).join('');
const content = Buffer.from(`${rows}${'\0'.repeat(300)}${'ab'.repeat(200)}`.repeat(24));

const FRAMES = {
  /** -BI -B4: blocks of 64 KiB that stand alone; a checksum of the content. */
  independent: read('independent'),
  /** -BD -B4: blocks that refer to those before them. */
  linked: read('linked'),
  /** -BD -B4 -BX --content-size: a checksum of each block too, and the size in front. */
  checksums: read('checksums'),
  /** -9 -BI -B7 --no-frame-crc: one block of up to 4 MiB, no checksum but the header's. */
  bare: read('bare'),
};

function read(name: string): Uint8Array {
  return readFileSync(join(repoRoot, 'test', 'vectors', 'lz4', `${name}.lz4`));
}

/** What comes of a frame: its content, or undefined where it is refused as damaged. */
function decoded(frame: Uint8Array, bytes = content.length): Uint8Array | undefined {
  try {
    return decodeLz4Frame(frame, bytes);
  } catch (error) {
    assert.ok(error instanceof FrameFault, String(error));
    return undefined;
  }
}

test('frames of the reference implementation come to what was compressed', () => {
  for (const [name, frame] of Object.entries(FRAMES))
    assert.ok(content.equals(decodeLz4Frame(frame, content.length)), name);
});

test('a frame that is cut short, or comes to another size, is refused', () => {
  for (const frame of Object.values(FRAMES)) {
    for (let end = 0; end < frame.length; end++) assert.equal(decoded(frame.subarray(0, end)), undefined);
    assert.equal(decoded(Buffer.concat([frame, Buffer.from([0])])), undefined);
    for (const bytes of [0, 1, 65_536, content.length - 1, content.length + 1])
      assert.equal(decoded(frame, bytes), undefined);
  }
});

test('a changed byte of a frame with checksums changes nothing or is refused; without, the size is held', () => {
  for (const [name, frame] of Object.entries(FRAMES)) {
    for (let at = 0; at < frame.length; at++) {
      const changed = Uint8Array.from(frame);
      changed[at]! ^= 1 << (at % 8);
      const out = decoded(changed);
      // The same bytes can stand at two distances, so a match may be changed to an equal one.
      if (name === 'bare') assert.equal(out?.length ?? content.length, content.length);
      else assert.ok(out === undefined || content.equals(out), `byte ${at} of ${name}`);
    }
  }
});

test('dictionaries, other versions and other formats are refused', () => {
  for (const [at, value] of [
    [0, 0x28],
    [4, 0xa4],
    [4, 0x65],
    [5, 0x30],
  ] as const) {
    const changed = Uint8Array.from(FRAMES.linked);
    changed[at] = value;
    assert.equal(decoded(changed), undefined);
  }
  assert.equal(decoded(new Uint8Array(0)), undefined);
});

test('xxh32 gives the values of the reference implementation', () => {
  const vectors: [string, number][] = [
    ['', 0x02cc5d05],
    ['a', 0x550d7456],
    ['abc', 0x32d153ff],
    ['message digest', 0x7c948494],
    ['12345678901234567890123456789012345678901234567890123456789012345678901234567890', 0x9c05f475],
  ];
  for (const [text, hash] of vectors) assert.equal(xxh32(Buffer.from(text)), hash);
});
