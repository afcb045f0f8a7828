import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

interface PageOptions {
  page?: string | undefined;
  verifierPage?: string | undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

interface File {
  type: string;
  etag: string;
  plain: Buffer;
  /** As the build compressed it. */
  brotli: Buffer | undefined;
}

/** Where the built page has a place for the nonce of its styles. */
const NONCE = '__NONCE__';

const COMMON = {
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
};

/** No request leaves the gateway, nothing is written into the page, and no other page shows it in a frame. */
const policy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/**
 * Serves the admin page from memory: its files as they were built, and the page itself for every path that a browser
 * opens, so that deep links work. Returns what handles those paths; undefined when no page was built.
 */
export function servePage(
  app: FastifyInstance,
  { page, verifierPage }: PageOptions,
): ((request: FastifyRequest, reply: FastifyReply) => boolean) | undefined {
  if (verifierPage !== undefined && existsSync(verifierPage)) serveVerifier(app, verifierPage);
  if (page === undefined || !existsSync(join(page, 'index.html'))) return undefined;
  const files = readFiles(page);
  const index = files.get('/index.html')!.plain.toString('utf8');
  for (const [path, file] of files) {
    if (path === '/index.html') continue;
    app.get(path, (request, reply) => sendFile(path, file, request, reply));
  }
  return (request, reply) => {
    // A plain client that asks for the root without saying what it accepts is shown the page too, not an error.
    const isPage = request.headers.accept?.includes('text/html') === true || request.url === '/';
    if (request.method !== 'GET' || !isPage || request.url.startsWith('/v1/') || request.url.startsWith('/assets/'))
      return false;
    const nonce = randomBytes(16).toString('base64');
    void reply
      .headers({ ...COMMON, 'content-security-policy': policy(nonce) })
      .type(TYPES['.html']!)
      .send(index.replaceAll(NONCE, nonce));
    return true;
  };
}

/** One file that holds its own script and policy; a frame around it is all that the header has to refuse. */
function serveVerifier(app: FastifyInstance, path: string): void {
  app.get('/verifier.html', (_, reply) =>
    reply
      .headers({ ...COMMON, 'content-security-policy': "frame-ancestors 'none'" })
      .type(TYPES['.html']!)
      .send(readFileSync(path)),
  );
}

function sendFile(path: string, file: File, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // Names of assets hold a hash of what is in them.
  const cache = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
  reply.headers({ ...COMMON, 'cache-control': cache, etag: file.etag, vary: 'accept-encoding' });
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  const packed = /\bbr\b/.test(request.headers['accept-encoding']?.toString() ?? '') ? file.brotli : undefined;
  if (packed !== undefined) reply.header('content-encoding', 'br');
  return reply.type(file.type).send(packed ?? file.plain);
}

function readFiles(folder: string): Map<string, File> {
  const files = new Map<string, File>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const plain = readFileSync(join(folder, name));
    const brotli = existsSync(join(folder, `${name}.br`)) ? readFileSync(join(folder, `${name}.br`)) : undefined;
    const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
    files.set(`/${name.split(sep).join('/')}`, { type, etag, plain, brotli });
  }
  return files;
}
