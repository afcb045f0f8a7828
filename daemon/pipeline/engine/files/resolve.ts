import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OpenOptions, SourceSpec } from '../../../catalog/index.js';
import { CounterfoilError, printable } from '../../../foundation/index.js';
import { formatOfName } from './format.js';
import { fetched } from './https.js';
import { localFiles, type SourceFile } from './local.js';
import { fetchedObjects } from './s3.js';

/** What stands before `://`, undefined for a path. */
export const schemeOf = (uri: string): string | undefined => /^([a-z][a-z0-9+.-]*):\/\//i.exec(uri)?.[1]?.toLowerCase();

/** The files of a source, those from elsewhere copied into `folder` first. `input.invalid` for an address of no known kind. */
export async function resolveFiles(spec: SourceSpec, folder: string, options: OpenOptions): Promise<SourceFile[]> {
  const { uri } = spec;
  const isData = (name: string): boolean =>
    spec.format === undefined ? formatOfName(name) !== undefined : (formatOfName(name) ?? spec.format) === spec.format;
  const scheme = schemeOf(uri);
  switch (scheme) {
    case undefined:
      if (!isAbsolute(uri)) throw refused(uri, 'it is not absolute', 'Give the whole path, from the root.');
      return localFiles(uri, isData);
    case 'file':
      return localFiles(localPath(uri), isData);
    case 'https':
    case 'http':
      return [await fetched(uri, spec, folder, options)];
    case 's3':
      return fetchedObjects(uri, spec, isData, folder, options);
    default:
      throw refused(uri, `${printable(scheme)} is no kind of source`, KINDS);
  }
}

const KINDS =
  'Use a path, file://, s3:// or https://. For Google Cloud Storage use s3:// with its S3-compatible endpoint, for Azure a signed https:// address.';

function localPath(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch (error) {
    throw refused(uri, 'it is not a file address', 'Write it as file:///folder/name.', error);
  }
}

export const refused = (uri: string, what: string, hint: string, cause?: unknown): CounterfoilError =>
  new CounterfoilError('input.invalid', `The source ${printable(uri.replace(/[?#].*$/, ''))} is not used: ${what}.`, {
    hint,
    cause,
  });
