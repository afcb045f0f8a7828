const BLOCK = 512;

/**
 * The header of one file in a POSIX ustar archive (IEEE Std 1003.1, pax), with everything fixed that says nothing about
 * the content: mode 0644, no owner, time 0. One content has one archive. `path` is ASCII of at most 100 characters.
 */
export function tarHeader(path: string, size: number): Uint8Array {
  const header = Buffer.alloc(BLOCK);
  header.write(path, 0, 100, 'latin1');
  header.write('0000644\0', 100, 'latin1');
  header.write('0000000\0', 108, 'latin1');
  header.write('0000000\0', 116, 'latin1');
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  header.write('00000000000\0', 136, 'latin1');
  header.write('        ', 148, 'latin1');
  header.write('0', 156, 'latin1');
  header.write('ustar\u000000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** Zeros that fill the last block of a file. */
export const tarPadding = (size: number): Uint8Array => new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);

/** The end of an archive: two blocks of zeros. */
export const tarEnd = (): Uint8Array => new Uint8Array(2 * BLOCK);
