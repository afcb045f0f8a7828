import { xxh32 } from './xxh32.js';

/** What is wrong with a frame; the caller says of what. */
export class FrameFault extends Error {}

const MAGIC = 0x184d2204;
const LEAST_MATCH = 4;

interface FrameHead {
  /** Where the blocks begin. */
  at: number;
  /** Blocks that refer to nothing before themselves. */
  independent: boolean;
  blockChecksums: boolean;
  contentChecksum: boolean;
  blockBytes: number;
}

/**
 * Decodes one LZ4 frame that comes to exactly `bytes`, and verifies every checksum in it. Source: lz4_Frame_format.md
 * and lz4_Block_format.md of the LZ4 project. Throws `FrameFault` for whatever is not such a frame.
 */
export function decodeLz4Frame(frame: Uint8Array, bytes: number): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const head = readHead(frame, view, bytes);
  const out = new Uint8Array(bytes);
  let { at } = head;
  let to = 0;
  for (;;) {
    const word = u32(view, at);
    at += 4;
    if (word === 0) break;
    const end = at + (word & 0x7fffffff);
    if (end > frame.length) throw new FrameFault('a block is cut short');
    const block = frame.subarray(at, end);
    const start = to;
    to = word >>> 31 === 1 ? copyStored(block, out, to) : decodeBlock(block, out, to, head.independent ? to : 0);
    if (to - start > head.blockBytes) throw new FrameFault('a block is larger than its frame allows');
    at = end;
    if (head.blockChecksums) at = verify(view, at, block);
  }
  if (to !== bytes) throw new FrameFault('it ends early');
  if (head.contentChecksum) at = verify(view, at, out);
  if (at !== frame.length) throw new FrameFault('bytes follow its end');
  return out;
}

function readHead(frame: Uint8Array, view: DataView, bytes: number): FrameHead {
  if (u32(view, 0) !== MAGIC) throw new FrameFault('it does not begin as one');
  const flags = frame[4] ?? 0;
  const size = ((frame[5] ?? 0) >> 4) & 7;
  if (flags >> 6 !== 1 || (flags & 2) !== 0) throw new FrameFault('its version is unknown');
  if ((flags & 1) !== 0) throw new FrameFault('it needs a dictionary');
  if (size < 4) throw new FrameFault('its block size is unknown');
  const hasSize = (flags & 8) !== 0;
  if (hasSize && u32(view, 6) + u32(view, 10) * 2 ** 32 !== bytes) throw new FrameFault('its size is another one');
  const end = hasSize ? 14 : 6;
  if (frame[end] !== ((xxh32(frame.subarray(4, end)) >>> 8) & 0xff)) throw new FrameFault('its header is damaged');
  return {
    at: end + 1,
    independent: (flags & 32) !== 0,
    blockChecksums: (flags & 16) !== 0,
    contentChecksum: (flags & 4) !== 0,
    blockBytes: 2 ** (8 + 2 * size),
  };
}

function u32(view: DataView, at: number): number {
  if (at + 4 > view.byteLength) throw new FrameFault('it is cut short');
  return view.getUint32(at, true);
}

/** Where the reader is after a checksum that fits. */
function verify(view: DataView, at: number, content: Uint8Array): number {
  if (u32(view, at) !== xxh32(content)) throw new FrameFault('a checksum does not fit');
  return at + 4;
}

function copyStored(block: Uint8Array, out: Uint8Array, to: number): number {
  if (to + block.length > out.length) throw new FrameFault('it holds more than it should');
  out.set(block, to);
  return to + block.length;
}

/** Decodes one block to `out` from `to`; matches reach back no further than `floor`. Where it ended. */
function decodeBlock(block: Uint8Array, out: Uint8Array, start: number, floor: number): number {
  const end = block.length;
  let at = 0;
  let to = start;
  for (;;) {
    if (at >= end) throw new FrameFault('a block is cut short');
    const token = block[at++]!;
    let literals = token >> 4;
    if (literals === 15) {
      let more = 255;
      while (more === 255) {
        if (at >= end) throw new FrameFault('a block is cut short');
        more = block[at++]!;
        literals += more;
      }
    }
    if (at + literals > end) throw new FrameFault('a block is cut short');
    if (to + literals > out.length) throw new FrameFault('it holds more than it should');
    if (literals > FEW) out.set(block.subarray(at, at + literals), to);
    else for (let n = 0; n < literals; n++) out[to + n] = block[at + n]!;
    at += literals;
    to += literals;
    // The last sequence of a block has no match.
    if (at === end) return to;

    if (at + 2 > end) throw new FrameFault('a block is cut short');
    const from = to - (block[at]! | (block[at + 1]! << 8));
    at += 2;
    if (from >= to || from < floor) throw new FrameFault('a match lies outside what came before');
    let length = (token & 15) + LEAST_MATCH;
    if (length === 15 + LEAST_MATCH) {
      let more = 255;
      while (more === 255) {
        if (at >= end) throw new FrameFault('a block is cut short');
        more = block[at++]!;
        length += more;
      }
    }
    if (to + length > out.length) throw new FrameFault('it holds more than it should');
    if (length > FEW) repeat(out, from, to, length);
    else for (let n = 0; n < length; n++) out[to + n] = out[from + n]!;
    to += length;
  }
}

/** Bytes up to which a loop is quicker than a call that copies. */
const FEW = 48;

/** Copies `length` bytes from before `to`; where they overlap, what lies between repeats. */
function repeat(out: Uint8Array, from: number, to: number, length: number): void {
  const end = to + length;
  let at = to;
  while (at < end) {
    const some = Math.min(at - from, end - at);
    out.copyWithin(at, from, from + some);
    at += some;
  }
}
