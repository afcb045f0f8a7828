import { readFileSync } from 'node:fs';
import { Client, type Dispatcher } from 'undici';
import { type Config, formatAddress, readRunFile } from '../config/index.js';
import type { AdminService, Progress } from '../edge/index.js';
import { CounterfoilError } from '../foundation/index.js';

/** What an operation of the admin API answers. */
export type Answer<R extends keyof AdminService, M extends keyof AdminService[R]> = AdminService[R][M] extends (
  ...args: never[]
) => infer Result
  ? Result extends AsyncIterable<infer Item>
    ? Item
    : Awaited<Result>
  : never;

const CONNECT_MS = 5000;

/** The admin API of the running daemon of one home. */
export class AdminClient {
  readonly #client: Client;
  readonly #token: string;
  readonly #where: string;

  private constructor(client: Client, token: string, where: string) {
    this.#client = client;
    this.#token = token;
    this.#where = where;
  }

  /** Finds address and token in the home. `config.missing`, `config.permissions`. Connects at the first call. */
  static ofHome(config: Config): AdminClient {
    const run = readRunFile(config.paths);
    const address = run?.admin ?? formatAddress(config.listen.admin);
    const tls = run?.tls ?? config.adminTls !== undefined;
    const client = new Client(`${tls ? 'https' : 'http'}://${dialled(address)}`, {
      // Long calls answer when they are done; the daemon has its own limits.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: CONNECT_MS, ...(config.adminTls && { ca: readFileSync(config.adminTls.cert) }) },
    });
    return new AdminClient(client, readToken(config), `${config.paths.root} (${address})`);
  }

  get<T>(path: string, query: Record<string, string | number | undefined> = {}): Promise<T> {
    const given = Object.entries(query).filter((pair): pair is [string, string | number] => pair[1] !== undefined);
    const text = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString();
    return this.#json<T>('GET', text === '' ? path : `${path}?${text}`);
  }

  post<T>(path: string, body: object = {}): Promise<T> {
    return this.#json<T>('POST', path, body);
  }

  put<T>(path: string, body: object): Promise<T> {
    return this.#json<T>('PUT', path, body);
  }

  /** A call that takes long: its progress as it goes, its result at the end. */
  async long<T>(path: string, body: object, told: (progress: Progress) => void): Promise<T> {
    for await (const line of this.#lines('POST', path, body)) {
      const { progress, result } = line as { progress?: Progress; result?: T };
      if (progress !== undefined) told(progress);
      if (result !== undefined) return result;
    }
    throw this.#cutOff();
  }

  /** The items of a stream. A last line that is an error is thrown. */
  items<T>(path: string): AsyncGenerator<T> {
    return this.#lines('GET', path) as AsyncGenerator<T>;
  }

  async close(): Promise<void> {
    await this.#client.destroy();
  }

  async #json<T>(method: Dispatcher.HttpMethod, path: string, body?: object): Promise<T> {
    const response = await this.#request(method, path, 'application/json', body);
    return this.#parsed(await this.#text(response)) as T;
  }

  async *#lines(method: Dispatcher.HttpMethod, path: string, body?: object): AsyncGenerator<unknown> {
    const response = await this.#request(method, path, 'application/x-ndjson', body);
    let rest = '';
    try {
      for await (const chunk of response.body.setEncoding('utf8')) {
        const lines = (rest + (chunk as string)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const item = this.#parsed(line) as { error?: ErrorLine };
          if (item.error !== undefined) throw CounterfoilError.fromBody(item.error);
          yield item;
        }
      }
    } catch (error) {
      throw error instanceof CounterfoilError ? error : this.#cutOff(error);
    }
  }

  async #request(method: Dispatcher.HttpMethod, path: string, accept: string, body?: object) {
    const headers = { authorization: `Bearer ${this.#token}`, accept, 'content-type': 'application/json' };
    const options = { method, path, headers: body === undefined ? { ...headers, 'content-type': undefined } : headers };
    const response = await this.#client
      .request({ ...options, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
      .catch((error: unknown) => {
        throw new CounterfoilError('daemon.unreachable', `No gateway answers for ${this.#where}.`, { cause: error });
      });
    if (response.statusCode === 200) return response;
    const { error } = this.#parsed(await this.#text(response)) as { error?: ErrorLine };
    throw error === undefined ? this.#stranger() : CounterfoilError.fromBody(error);
  }

  async #text(response: Dispatcher.ResponseData): Promise<string> {
    return response.body.text().catch((error: unknown) => {
      throw this.#cutOff(error);
    });
  }

  #parsed(text: string): object {
    try {
      return JSON.parse(text) as object;
    } catch {
      throw this.#stranger();
    }
  }

  #cutOff(cause?: unknown): CounterfoilError {
    return new CounterfoilError('daemon.unreachable', `The gateway of ${this.#where} stopped before it had answered.`, {
      hint: 'Start it again and look at the state: nothing is half-done.',
      cause,
    });
  }

  #stranger(): CounterfoilError {
    return new CounterfoilError('daemon.unreachable', `What answers for ${this.#where} is not a Counterfoil gateway.`, {
      hint: 'Another program may have taken its port: start the gateway, or change listen.admin in config.yaml.',
    });
  }
}

interface ErrorLine {
  code: string;
  message: string;
  hint?: string;
  correlation?: string;
}

/** An address that means "every address" is dialled as loopback. */
const dialled = (address: string): string =>
  address.replace(/^0\.0\.0\.0:/, '127.0.0.1:').replace(/^\[::\]:/, '[::1]:');

function readToken(config: Config): string {
  try {
    return readFileSync(config.paths.adminToken, 'utf8').trim();
  } catch (error) {
    const denied = ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '');
    throw denied
      ? new CounterfoilError('config.permissions', `${config.paths.adminToken} cannot be read by this user.`, {
          hint: 'Run the command as the user that owns the home folder.',
          cause: error,
        })
      : new CounterfoilError('key.invalid', `${config.paths.adminToken} is missing.`, { cause: error });
  }
}
