import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { OpenOptions } from '../../../catalog/index.js';
import { CounterfoilError, LIMITS, printable } from '../../../foundation/index.js';
import { fileError, invalid } from '../faults.js';
import { fileOf, type SourceFile } from './local.js';

const TIMEOUT_MS = 60_000;
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

export type Answer = Awaited<ReturnType<typeof import('undici')['request']>>;

/** Only TLS leaves the machine. */
function checkTransport(url: URL, name: string): void {
  if (url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname))) return;
  throw new CounterfoilError(
    'input.invalid',
    `The source ${printable(name)} is not used: it would be read without TLS.`,
    {
      hint: 'Use https://. Plain http:// is for addresses of this machine only.',
    },
  );
}

/** One GET. An answer other than `2xx` or a redirect is an error that says what it means. */
export async function ask(
  url: URL,
  headers: Record<string, string>,
  name: string,
  signal?: AbortSignal,
): Promise<Answer> {
  checkTransport(url, name);
  let answer: Answer;
  try {
    const { request } = await import('undici'); // as large as all else that a worker loads, and rarely needed
    answer = await request(url, {
      headers,
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw new CounterfoilError('source.missing', `${printable(url.host)} cannot be reached for ${printable(name)}.`, {
      hint: 'Check the address, the network and the certificate of the server.',
      cause: error,
    });
  }
  const { statusCode } = answer;
  if (statusCode < 400) return answer;
  const text = await answer.body.text().catch(() => '');
  const cause = new Error(`status ${statusCode}: ${text.slice(0, 2000)}`);
  if (statusCode === 404 || statusCode === 410) {
    throw new CounterfoilError('source.missing', `There is nothing at ${printable(name)}.`, { cause });
  }
  if (statusCode === 401 || statusCode === 403) {
    throw new CounterfoilError('source.permission', `${printable(url.host)} refuses to give ${printable(name)}.`, {
      hint: 'Give credentials for it under sources in config.yaml, and check their rights.',
      cause,
    });
  }
  throw invalid(printable(name), `its server answers with status ${statusCode}`, { cause });
}

/** Lets go of an answer that is not read. */
export function drop(answer: Answer): void {
  answer.body.on('error', () => {}).destroy();
}

/** Writes the body of an answer to a new file in `folder`. `limit.exceeded` when it is larger than sources may be. */
export async function saved(answer: Answer, name: string, folder: string, open: OpenOptions): Promise<SourceFile> {
  const encoding = answer.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    throw invalid(printable(name), `its server sends it packed as ${printable(String(encoding))}`);
  const path = join(folder, `${createHash('sha256').update(name).digest('hex').slice(0, 32)}-${extensionOf(name)}`);
  const length = Number(answer.headers['content-length']);
  const total = Number.isSafeInteger(length) ? length : undefined;
  let done = 0;
  const bounded = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      open.signal?.throwIfAborted();
      done += chunk.length;
      if (done > LIMITS.sourceFetchBytes) throw tooLarge(name);
      open.onProgress?.(done, total);
      yield chunk;
    }
  };
  try {
    if ((total ?? 0) > LIMITS.sourceFetchBytes) throw tooLarge(name);
    await pipeline(bounded, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    return fileOf(path, name, await stat(path));
  } catch (error) {
    drop(answer);
    if (open.signal?.aborted) throw open.signal.reason;
    if (error instanceof CounterfoilError || (error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw fileError(name, error);
    throw invalid(printable(name), 'it was cut short while it was read', {
      cause: error,
      hint: 'Try again; check the network.',
    });
  }
}

/** Keeps what the format is told from. */
const extensionOf = (name: string): string => name.replace(/[^A-Za-z0-9.]+/g, '').slice(-40) || 'file';

const tooLarge = (name: string): CounterfoilError =>
  new CounterfoilError('limit.exceeded', `${printable(name)} has more than ${LIMITS.sourceFetchBytes} bytes.`);
