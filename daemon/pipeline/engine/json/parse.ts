/** Why JSON is not sound, and at which byte. */
export class JsonFault {
  readonly at: number;
  readonly what: string;

  constructor(at: number, what: string) {
    this.at = at;
    this.what = what;
  }
}

/** Takes one value. Places are in the bytes given to `parseValue`. */
export interface ValueSink {
  null(): void;
  /** A number or one of `true` and `false`, as written. */
  word(bytes: Uint8Array, start: number, end: number, kind: 'number' | 'bool'): void;
  /** The inside of a string; `escaped` when it holds escapes. */
  string(bytes: Uint8Array, start: number, end: number, escaped: boolean): void;
  /** What takes the items, or undefined to be given the array's text by `raw`. */
  array(): ArraySink | undefined;
  object(): ObjectSink | undefined;
  raw(bytes: Uint8Array, start: number, end: number): void;
}

export interface ArraySink {
  item(): ValueSink;
  end(): void;
}

export interface ObjectSink {
  /** What takes the value of this key; a key that is there twice is a JsonFault. */
  member(bytes: Uint8Array, start: number, end: number, escaped: boolean): ValueSink;
  end(): void;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

const NUMBER = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/;

export function skipSpace(bytes: Uint8Array, at: number): number {
  for (;;) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at++;
  }
}

/** Reads the value at `at` (RFC 8259) into a sink and gives the place after it. Throws JsonFault. */
export function parseValue(bytes: Uint8Array, at: number, sink: ValueSink): number {
  switch (bytes[at]) {
    case QUOTE: {
      const end = stringEnd(bytes, at);
      sink.string(bytes, at + 1, end, hasEscape(bytes, at + 1, end));
      return end + 1;
    }
    case OPEN_OBJECT: {
      const object = sink.object();
      return object === undefined ? rawValue(bytes, at, sink) : parseObject(bytes, at, object);
    }
    case OPEN_ARRAY: {
      const array = sink.array();
      return array === undefined ? rawValue(bytes, at, sink) : parseArray(bytes, at, array);
    }
    default:
      return parseWord(bytes, at, sink);
  }
}

function parseObject(bytes: Uint8Array, open: number, object: ObjectSink): number {
  let at = skipSpace(bytes, open + 1);
  if (bytes[at] === CLOSE_OBJECT) {
    object.end();
    return at + 1;
  }
  for (;;) {
    if (bytes[at] !== QUOTE) throw new JsonFault(at, 'a key is expected there');
    const end = stringEnd(bytes, at);
    const member = object.member(bytes, at + 1, end, hasEscape(bytes, at + 1, end));
    at = skipSpace(bytes, end + 1);
    if (bytes[at] !== 0x3a) throw new JsonFault(at, 'a colon is expected there');
    at = skipSpace(bytes, parseValue(bytes, skipSpace(bytes, at + 1), member));
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
    else if (bytes[at] === CLOSE_OBJECT) break;
    else throw new JsonFault(at, 'a comma or the end of the object is expected there');
  }
  object.end();
  return at + 1;
}

function parseArray(bytes: Uint8Array, open: number, array: ArraySink): number {
  let at = skipSpace(bytes, open + 1);
  if (bytes[at] === CLOSE_ARRAY) {
    array.end();
    return at + 1;
  }
  for (;;) {
    at = skipSpace(bytes, parseValue(bytes, at, array.item()));
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
    else if (bytes[at] === CLOSE_ARRAY) break;
    else throw new JsonFault(at, 'a comma or the end of the array is expected there');
  }
  array.end();
  return at + 1;
}

const isWordByte = (byte: number | undefined): boolean =>
  byte !== undefined &&
  ((byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e ||
    byte === 0x45);

function parseWord(bytes: Uint8Array, start: number, sink: ValueSink): number {
  let end = start;
  while (isWordByte(bytes[end])) end++;
  const text = Buffer.prototype.latin1Slice.call(bytes, start, end);
  if (text === 'null') sink.null();
  else if (text === 'true' || text === 'false') sink.word(bytes, start, end, 'bool');
  else if (NUMBER.test(text)) sink.word(bytes, start, end, 'number');
  else throw new JsonFault(start, 'a value is expected there');
  return end;
}

/** Gives a nested value as its text; it is parsed all the same, so that only sound JSON is carried. */
function rawValue(bytes: Uint8Array, start: number, sink: ValueSink): number {
  const end = valueEnd(bytes, start);
  if (end < 0) throw new JsonFault(start, 'a value is opened there and never closed');
  try {
    JSON.parse(Buffer.prototype.utf8Slice.call(bytes, start, end));
  } catch {
    throw new JsonFault(start, 'the value that starts there is not JSON');
  }
  sink.raw(bytes, start, end);
  return end;
}

/** The place after the object or array that opens at `start`, or -1 when it does not end in these bytes. */
export function valueEnd(bytes: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) {
      for (at++; at < bytes.length && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
    else if ((byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) && --depth === 0) return at + 1;
  }
  return -1;
}

/** The place of the closing quote of the string that opens at `open`. */
function stringEnd(bytes: Uint8Array, open: number): number {
  for (let at = open + 1; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at++;
    else if (byte < 0x20) throw new JsonFault(at, 'a string holds a control character that is not escaped');
  }
  throw new JsonFault(open, 'a string is opened there and never closed');
}

function hasEscape(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === BACKSLASH) return true;
  return false;
}

/** The UTF-8 bytes of a string with escapes. */
export function unescapedString(bytes: Uint8Array, start: number, end: number): Uint8Array {
  let text: string;
  try {
    text = JSON.parse(`"${Buffer.prototype.utf8Slice.call(bytes, start, end)}"`) as string;
  } catch {
    throw new JsonFault(start, 'a string holds an escape that JSON does not have');
  }
  if (!text.isWellFormed())
    throw new JsonFault(start, 'a string holds half of a surrogate pair, which is no character');
  return Buffer.from(text, 'utf8');
}
