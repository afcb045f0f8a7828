import { createHash, createHmac } from 'node:crypto';

export interface S3Credentials {
  id: string;
  secret: string;
  token?: string;
}

const EMPTY = createHash('sha256').digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** As RFC 3986 asks, which encodeURIComponent does not for these. */
export const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * Headers that sign a GET without a body (AWS Signature Version 4, service s3). `query` must be sorted and encoded in the
 * URL as `encoded` does.
 */
export function signedHeaders(
  url: URL,
  region: string,
  credentials: S3Credentials,
  now: number,
): Record<string, string> {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const signed: Record<string, string> = {
    host: url.host,
    'x-amz-content-sha256': EMPTY,
    'x-amz-date': time,
    ...(credentials.token === undefined ? {} : { 'x-amz-security-token': credentials.token }),
  };
  const names = Object.keys(signed).sort();
  const canonical = [
    'GET',
    url.pathname,
    url.search.slice(1),
    ...names.map((name) => `${name}:${signed[name]}`),
    '',
    names.join(';'),
    EMPTY,
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = scope
    .split('/')
    .reduce<string | Buffer>((parent, part) => hmac(parent, part), `AWS4${credentials.secret}`);
  const signature = hmac(key, text).toString('hex');
  const { host: _host, ...sent } = signed;
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.id}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
}
