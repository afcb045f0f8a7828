/** Adds hashes of records (key and row) to a sum of four words, in whatever order the records come. */
export function addRecords(
  sum: Uint32Array,
  words: Uint32Array,
  rows: Float64Array,
  from: number,
  count: number,
): void {
  let a = sum[0]!;
  let b = sum[1]!;
  let c = sum[2]!;
  let d = sum[3]!;
  for (let at = from; at < from + count; at++) {
    const row = rows[at]!;
    const low = row | 0;
    const high = Math.floor(row / 2 ** 32) | 0;
    const place = scrambled(Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca77));
    const word = at * 4;
    a = (a + scrambled(words[word]! ^ place)) | 0;
    b = (b + scrambled((words[word + 1]! + place) | 0)) | 0;
    c = (c + scrambled(words[word + 2]! ^ (place << 16) ^ (place >>> 16))) | 0;
    d = (d + scrambled((words[word + 3]! - place) | 0)) | 0;
  }
  sum.set([a, b, c, d]);
}

/** The last mixing step of MurmurHash3. */
function scrambled(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
