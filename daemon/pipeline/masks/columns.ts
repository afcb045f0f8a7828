import { type Column, textColumn } from '../../columnar/index.js';
import { isValid } from '../checks/values/access.js';

/** The texts of a column, each distinct one turned once; nulls stay. */
export function mapTexts(column: Column, read: (row: number) => string, turn: (text: string) => string): Column {
  const known = new Map<string, string>();
  const out: (string | null)[] = new Array(column.rows);
  for (let row = 0; row < column.rows; row++) {
    if (!isValid(column, row)) {
      out[row] = null;
      continue;
    }
    const text = read(row);
    let turned = known.get(text);
    if (turned === undefined) {
      turned = turn(text);
      known.set(text, turned);
    }
    out[row] = turned;
  }
  return textColumn(out);
}
