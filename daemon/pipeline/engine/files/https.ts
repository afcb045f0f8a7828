import type { OpenOptions, SourceSpec } from '../../../catalog/index.js';
import { printable } from '../../../foundation/index.js';
import { invalid } from '../faults.js';
import { ask, drop, saved } from './download.js';
import type { SourceFile } from './local.js';
import { refused } from './resolve.js';

const REDIRECTS = 5;

/**
 * A file from a web server, copied into `folder`. What is configured for the address (`bearer_token`, or `user` and
 * `password`) goes to its own origin only, not where that redirects to.
 */
export async function fetched(uri: string, spec: SourceSpec, folder: string, open: OpenOptions): Promise<SourceFile> {
  let url: URL;
  try {
    url = new URL(uri);
  } catch (error) {
    throw refused(uri, 'it is not an address', 'Write it as https://host/path.', error);
  }
  if (url.username !== '' || url.password !== '') {
    throw refused(
      `${url.protocol}//${url.host}`,
      'it holds a password',
      'Put credentials under sources in config.yaml.',
    );
  }
  const { origin } = url;
  const name = decodedName(url);
  for (let hops = 0; hops <= REDIRECTS; hops++) {
    const answer = await ask(url, url.origin === origin ? credentials(spec.access) : {}, name, open.signal);
    const { location } = answer.headers;
    if (answer.statusCode < 300) return saved(answer, name, folder, open);
    drop(answer);
    if (typeof location !== 'string')
      throw invalid(printable(name), `its server answers with status ${answer.statusCode}`);
    url = new URL(location, url);
  }
  throw invalid(printable(name), `its server redirects more than ${REDIRECTS} times`);
}

function decodedName(url: URL): string {
  const last = url.pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last) || url.host;
  } catch {
    return last;
  }
}

function credentials(access: SourceSpec['access'] = {}): Record<string, string> {
  if (access.bearer_token !== undefined) return { authorization: `Bearer ${access.bearer_token}` };
  if (access.user === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${access.user}:${access.password ?? ''}`).toString('base64')}` };
}
