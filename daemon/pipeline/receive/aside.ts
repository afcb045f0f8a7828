/** Rows that are set aside, ascending, by batch. */
export type Aside = ReadonlyMap<number, Int32Array>;

/** As it is kept between the checks and the landing: of each batch its index, the number of rows, and the rows, as u32. */
export function encodeAside(aside: Aside): Uint8Array {
  const words = [...aside].sort(([a], [b]) => a - b).flatMap(([batch, rows]) => [[batch, rows.length], rows]);
  return new Uint8Array(Uint32Array.from(words.flatMap((part) => [...part])).buffer);
}

export function decodeAside(bytes: Uint8Array | undefined): Aside {
  const words = new Uint32Array(Uint8Array.from(bytes ?? []).buffer);
  const aside = new Map<number, Int32Array>();
  for (let at = 0; at < words.length; ) {
    const [batch, count] = [words[at]!, words[at + 1]!];
    aside.set(batch, Int32Array.from(words.subarray(at + 2, at + 2 + count)));
    at += 2 + count;
  }
  return aside;
}

export const asideRows = (aside: Aside): number => [...aside.values()].reduce((sum, rows) => sum + rows.length, 0);
