import { isIP } from 'node:net';
import { z } from 'zod';
import { storageType } from '../../checks/values/access.js';
import { mapBytes, mapTexts, textLooks } from '../columns.js';
import { defineMask } from '../define.js';
import { plainText } from '../plain-text.js';

const isText = (type: Parameters<typeof storageType>[0]): boolean => storageType(type).name === 'utf8';

/** First three digits of ZIP codes whose area had at most 20 000 inhabitants in the census of 2000. */
const RESTRICTED = new Set('036 059 063 102 203 556 692 790 821 823 830 831 878 879 884 890 893'.split(' '));

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

/** Whether bytes are five digits, which most ZIP codes are. */
function fiveDigits(data: Uint8Array, from: number, to: number): boolean {
  if (to - from !== 5) return false;
  for (let at = from; at < to; at++) if (!isDigit(data[at])) return false;
  return true;
}

export const zip3 = defineMask({
  name: 'zip3',
  preserves: ['nulls'],
  describe: {
    summary: 'Of a US ZIP code the first three digits stay; 000 where fewer than 20 001 people live in such an area.',
    accepts: 'text and whole numbers',
    yields: 'text of three digits',
    nulls: 'stay; what is no ZIP code becomes 000',
    parameters: {
      restricted: 'false: the 17 areas with few people are not replaced. Default true, as the HIPAA safe harbor asks.',
    },
    example: 'zip=zip3',
  },
  params: { restricted: z.boolean().default(true) },
  accepts: (type) => isText(type) || storageType(type).name === 'int',
  yields: () => ({ name: 'utf8' }),
  masker:
    (_field, { restricted }) =>
    (column) => {
      const few = Uint8Array.from({ length: 1000 }, (_, area) =>
        Number(restricted && RESTRICTED.has(String(area).padStart(3, '0'))),
      );
      const kept = (area: string): string => (restricted && RESTRICTED.has(area) ? '000' : area);
      const turn = (text: string): string => kept(/^\s*(\d{3})\d{2}(-?\d{4})?\s*$/.exec(text)?.[1] ?? '000');
      if (storageType(column.type).name === 'int') {
        const plain = plainText(column);
        return mapTexts(column, (row) => plain(row).padStart(5, '0'), turn);
      }
      return mapBytes(
        column,
        () => 3,
        (data, from, to, out, at) => {
          if (fiveDigits(data, from, to)) {
            const hidden =
              few[(data[from]! - ZERO) * 100 + (data[from + 1]! - ZERO) * 10 + data[from + 2]! - ZERO] === 1;
            for (let n = 0; n < 3; n++) out[at + n] = hidden ? ZERO : data[from + n]!;
          } else out.write(turn(data.toString('utf8', from, to)), at, 'latin1');
          return at + 3;
        },
      );
    },
  recognise: (_params, field) => textLooks(field, (text) => /^\d{3}$/.test(text)),
});

/** Bytes of eight groups of hexadecimal digits, and how many bits count. */
const LONGEST = 39 + 3;

export const ipPrefix = defineMask({
  name: 'ip_prefix',
  preserves: ['nulls'],
  describe: {
    summary: 'Of an IP address the network stays: 192.0.2.17 becomes 192.0.2.0/24.',
    accepts: 'text',
    yields: 'text',
    nulls: 'stay; what is no address becomes 0.0.0.0/0',
    parameters: {
      v4: 'Bits that stay of an IPv4 address, 0 to 24. Default 24.',
      v6: 'Bits that stay of an IPv6 address, 0 to 64. Default 48.',
    },
    example: 'client_ip=ip_prefix(v4=16, v6=32)',
  },
  params: { v4: z.number().int().min(0).max(24).default(24), v6: z.number().int().min(0).max(64).default(48) },
  accepts: isText,
  masker: (_field, { v4, v6 }) => {
    const turn = (text: string): string => {
      const address = text.trim();
      const kind = isIP(address);
      if (kind === 4) return `${network(address.split('.').map(Number), 8, v4).join('.')}/${v4}`;
      if (kind !== 6) return '0.0.0.0/0';
      const parts = network(groups(address), 16, v6).map((part) => part.toString(16));
      return `${parts.join(':')}/${v6}`;
    };
    const parts = new Uint8Array(4);
    const mask = network([255, 255, 255, 255], 8, v4);
    return (column) =>
      mapBytes(
        column,
        () => LONGEST,
        (data, from, to, out, start) => {
          if (!plainQuad(data, from, to, parts)) return start + out.write(turn(data.toString('utf8', from, to)), start);
          let at = start;
          for (let part = 0; part < 4; part++) {
            at = decimal(parts[part]! & mask[part]!, out, at);
            out[at++] = part < 3 ? DOT : SLASH;
          }
          return decimal(v4, out, at);
        },
      );
  },
  recognise: ({ v4, v6 }, field) => {
    const form = new RegExp(`^[0-9a-f.:]+/(?:${v4}|${v6}|0)$`);
    return textLooks(field, (text) => form.test(text));
  },
});

/** Reads an IPv4 address as it is mostly written, without blanks, into four bytes. */
function plainQuad(data: Uint8Array, from: number, to: number, parts: Uint8Array): boolean {
  let [part, value, digits] = [0, 0, 0];
  for (let at = from; at < to; at++) {
    const byte = data[at]!;
    if (byte === DOT) {
      if (digits === 0 || part === 3) return false;
      parts[part++] = value;
      [value, digits] = [0, 0];
    } else if (isDigit(byte) && !(digits > 0 && value === 0)) {
      value = value * 10 + byte - ZERO;
      if (++digits > 3 || value > 255) return false;
    } else return false;
  }
  parts[3] = value;
  return part === 3 && digits > 0;
}

const [DOT, SLASH, ZERO] = [0x2e, 0x2f, 0x30];

function decimal(value: number, out: Uint8Array, at: number): number {
  let next = at;
  if (value >= 100) out[next++] = ZERO + Math.floor(value / 100);
  if (value >= 10) out[next++] = ZERO + (Math.floor(value / 10) % 10);
  out[next++] = ZERO + (value % 10);
  return next;
}
/** The parts of an address with all bits beyond the first few cleared. */
const network = (parts: readonly number[], width: number, bits: number): number[] =>
  parts.map((part, at) => {
    const kept = Math.min(Math.max(bits - at * width, 0), width);
    return kept === 0 ? 0 : part & (((2 ** width - 1) << (width - kept)) & (2 ** width - 1));
  });

/** The eight groups of an IPv6 address. */
function groups(address: string): number[] {
  const plain = address
    .replace(/%.*$/, '')
    .replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, a, b, c, d) =>
      [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((part) => part.toString(16)).join(':'),
    );
  const [head, tail] = plain
    .split('::')
    .map((half) => (half === '' ? [] : half.split(':').map((part) => Number.parseInt(part, 16))));
  if (tail === undefined) return head!;
  return [...head!, ...new Array<number>(8 - head!.length - tail.length).fill(0), ...tail];
}
