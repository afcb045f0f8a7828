import type { Json } from '../../daemon/foundation/index.js';

const WRONG: Json[] = [
  null,
  true,
  -1,
  9007199254740991,
  '',
  '\u202e\u0007',
  'x'.repeat(2000),
  [],
  [null],
  {},
  { length: 1e9 },
];

/** Every value that comes of one by putting something wrong in the place of one of its values. */
export function* wrongs(value: Json, put: (wrong: Json) => Json = (wrong) => wrong): Generator<Json> {
  for (const wrong of WRONG) yield put(wrong);
  if (value === null || typeof value !== 'object') return;
  const keys = Array.isArray(value) ? value.map((_, i) => i).slice(0, 2) : Object.keys(value);
  for (const key of keys) {
    const inner = (value as never)[key] as Json;
    const replaced = (wrong: Json) =>
      put(Array.isArray(value) ? value.with(key as number, wrong) : { ...(value as object), [key]: wrong });
    yield* wrongs(inner, replaced);
  }
  if (!Array.isArray(value)) yield put({ ...(value as { [key: string]: Json }), toString: 1, constructor: {} });
}
