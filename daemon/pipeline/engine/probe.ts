import { rmSync } from 'node:fs';
import type { SourceFormat, SourceSpec } from '../../catalog/index.js';
import { CounterfoilError, printable } from '../../foundation/index.js';
import { formatOf, formatOfName } from './files/format.js';
import { resolveFiles, schemeOf } from './files/resolve.js';
import { scratchFolder } from './files/scratch.js';

/**
 * The format of a source, without reading its rows, so that a mistyped path is told when a dataset is added. Files of this
 * machine must be there and readable; of others only the address is looked at. Errors: those of `openSource`.
 */
export async function probeSource(spec: SourceSpec, scratch: string): Promise<SourceFormat> {
  const scheme = schemeOf(spec.uri);
  if (scheme === 's3' || scheme === 'https' || scheme === 'http') {
    const format = spec.format ?? formatOfName(spec.uri.replace(/[?#].*$/, ''));
    if (format !== undefined) return format;
    throw new CounterfoilError(
      'input.invalid',
      `The address ${printable(spec.uri.replace(/[?#].*$/, ''))} does not say its format.`,
      {
        hint: 'Say it with --format parquet, csv, ndjson or arrow.',
      },
    );
  }
  const folder = scratchFolder(scratch);
  try {
    return formatOf(await resolveFiles(spec, folder, { scratch }), spec.format);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
