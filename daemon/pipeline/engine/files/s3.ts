import type { OpenOptions, SourceSpec } from '../../../catalog/index.js';
import { CounterfoilError, LIMITS, printable } from '../../../foundation/index.js';
import { changed, invalid } from '../faults.js';
import { type Answer, ask, drop, saved } from './download.js';
import { globPattern, hasGlob } from './glob.js';
import type { SourceFile } from './local.js';
import { refused } from './resolve.js';
import { encoded, type S3Credentials, signedHeaders } from './sigv4.js';

interface Stored {
  key: string;
  etag: string;
}

/**
 * Objects of an S3-compatible store, copied into `folder`: one key, all data objects below a key that ends in `/`, or
 * those that match a glob. What `access` may hold is in docs/SOURCES.md.
 */
export async function fetchedObjects(
  uri: string,
  spec: SourceSpec,
  isData: (name: string) => boolean,
  folder: string,
  open: OpenOptions,
): Promise<SourceFile[]> {
  const [, bucket, key] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,62})\/(.+)$/is.exec(uri) ?? [];
  if (bucket === undefined || key === undefined) {
    throw refused(uri, 'it does not name a bucket and a key', 'Write it as s3://bucket/key.');
  }
  const store = new Bucket(bucket, spec.access ?? {}, open.signal);
  const files: SourceFile[] = [];
  for (const object of await wanted(store, key, isData)) {
    const name = `${bucket}/${object.key}`;
    const answer = await store.get(object.key, name);
    if (object.etag !== '' && answer.headers.etag !== object.etag) throw changed(name);
    files.push(await saved(answer, name, folder, open));
  }
  return files;
}

async function wanted(store: Bucket, key: string, isData: (name: string) => boolean): Promise<Stored[]> {
  if (!key.endsWith('/') && !hasGlob(key)) return [{ key, etag: '' }];
  const prefix = key.endsWith('/') ? key : key.split(/[*?[{]/)[0]!;
  const { matches } = key.endsWith('/') ? { matches: isData } : globPattern(key);
  const found = (await store.list(prefix)).filter((object) => matches(object.key) && !/(^|\/)[._]/.test(object.key));
  if (found.length === 0) {
    throw new CounterfoilError(
      'source.missing',
      `No object of a known format matches ${printable(`${store.name}/${key}`)}.`,
    );
  }
  return found;
}

class Bucket {
  readonly name: string;
  readonly #root: URL;
  readonly #region: string;
  readonly #credentials: S3Credentials | undefined;
  readonly #signal: AbortSignal | undefined;

  constructor(name: string, access: Readonly<Record<string, string>>, signal: AbortSignal | undefined) {
    const option = (key: string): string | undefined => access[key] ?? access[`aws_${key}`];
    const id = option('access_key_id');
    const secret = option('secret_access_key');
    const token = option('session_token');
    this.name = name;
    this.#region = option('region') ?? 'us-east-1';
    this.#root = rootOf(name, option('endpoint_url') ?? option('endpoint'), this.#region);
    this.#signal = signal;
    if (id !== undefined && secret !== undefined) {
      this.#credentials = token === undefined ? { id, secret } : { id, secret, token };
    }
  }

  get(key: string, name: string): Promise<Answer> {
    return this.#ask(`${this.#root.pathname}${key.split('/').map(encoded).join('/')}`, {}, name);
  }

  async list(prefix: string): Promise<Stored[]> {
    const objects: Stored[] = [];
    let token: string | undefined;
    do {
      const query = {
        'encoding-type': 'url',
        'list-type': '2',
        prefix,
        ...(token === undefined ? {} : { 'continuation-token': token }),
      };
      const answer = await this.#ask(this.#root.pathname, query, `${this.name}/${prefix}`);
      const text = await answer.body.text();
      for (const [, entry = ''] of text.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
        const key = decodeURIComponent(tagged(entry, 'Key').replaceAll('+', '%20'));
        if (!key.endsWith('/'))
          objects.push({ key, etag: tagged(entry, 'ETag').replaceAll('&quot;', '"').replaceAll('&#34;', '"') });
      }
      if (objects.length > LIMITS.sourceFiles) {
        const what = `more than ${LIMITS.sourceFiles} objects`;
        throw new CounterfoilError('limit.exceeded', `${printable(`${this.name}/${prefix}`)} has ${what}.`);
      }
      token = tagged(text, 'IsTruncated') === 'true' ? tagged(text, 'NextContinuationToken') : undefined;
    } while (token !== undefined && token !== '');
    return objects.sort((one, other) => (one.key < other.key ? -1 : 1));
  }

  async #ask(path: string, query: Record<string, string>, name: string): Promise<Answer> {
    const url = new URL(this.#root);
    url.pathname = path;
    url.search = Object.keys(query)
      .sort()
      .map((key) => `${encoded(key)}=${encoded(query[key]!)}`)
      .join('&');
    const credentials = this.#credentials;
    const headers = credentials === undefined ? {} : signedHeaders(url, this.#region, credentials, Date.now());
    const answer = await ask(url, headers, name, this.#signal);
    if (answer.statusCode < 300) return answer;
    drop(answer);
    const region = answer.headers['x-amz-bucket-region'];
    throw invalid(printable(name), `its store answers with status ${answer.statusCode}`, {
      hint: region === undefined ? 'Check endpoint and region.' : `The bucket is in region ${String(region)}.`,
    });
  }
}

/** AWS by the name of the bucket, other stores by a path. */
function rootOf(bucket: string, endpoint: string | undefined, region: string): URL {
  if (endpoint === undefined) {
    return new URL(
      bucket.includes('.')
        ? `https://s3.${region}.amazonaws.com/${bucket}/`
        : `https://${bucket}.s3.${region}.amazonaws.com/`,
    );
  }
  try {
    return new URL(`${endpoint.replace(/\/+$/, '')}/${bucket}/`);
  } catch (error) {
    throw new CounterfoilError('input.invalid', 'The endpoint of the object store is not an address.', {
      cause: error,
    });
  }
}

const tagged = (xml: string, tag: string): string =>
  new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1]?.replaceAll('&amp;', '&') ?? '';
