/** Keys and positions from the top of a document down. */
export type Path = readonly PropertyKey[];

/** Where each entry of a document stands in its text, kept beside the plain values. */
export class Places {
  readonly #lines = new WeakMap<object, Map<PropertyKey, number>>();

  note(container: object, key: PropertyKey, line: number): void {
    const lines = this.#lines.get(container) ?? new Map<PropertyKey, number>();
    lines.set(key, line);
    this.#lines.set(container, lines);
  }

  /** Line of an entry, from 1; of the nearest one around it when it is not there itself. */
  lineOf(top: unknown, path: Path): number {
    let line = 1;
    let value = top;
    for (const key of path) {
      if (typeof value !== 'object' || value === null) break;
      line = this.#lines.get(value)?.get(key) ?? line;
      value = (value as Record<PropertyKey, unknown>)[key];
    }
    return line;
  }
}

/** A path as people write it: `schema[0].properties[2].required`. */
export function pathText(path: Path): string {
  return path.map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at > 0 ? '.' : ''}${String(key)}`)).join('');
}
