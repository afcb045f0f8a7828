import { type Operations, ROUTES } from './operations';

export type Name = keyof Operations;
export type Request<N extends Name> = Operations[N]['request'];
export type Reply<N extends Name> = Operations[N]['reply'];

/** How far a long call is. */
export interface Progress {
  phase: string;
  done: number;
  total?: number;
  unit: 'rows' | 'bytes' | 'batches' | 'entries';
}

/** A failure as the gateway tells it, or that it cannot be reached. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly code: string,
    message: string,
    readonly hint: string,
    readonly correlation: string | undefined,
    readonly status: number,
  ) {
    super(message);
  }

  /** The gateway did not answer at all: it is stopped, or restarts. */
  get isUnreachable(): boolean {
    return this.status === 0;
  }
}

/** When somebody last did something: tells the gateway to put off the idle time-out. */
let active = true;
for (const event of ['pointerdown', 'keydown', 'wheel', 'touchstart'])
  window.addEventListener(
    event,
    () => {
      active = true;
    },
    { passive: true, capture: true },
  );

/** Calls an operation of the admin API. Fails with `ApiError`. */
export async function call<N extends Name>(name: N, input: Request<N>, signal?: AbortSignal): Promise<Reply<N>> {
  const response = await send(name, input, 'application/json', signal);
  return (await parsed(response)) as Reply<N>;
}

/** Calls a long operation and tells how far it is. */
export async function callLong<N extends Name>(
  name: N,
  input: Request<N>,
  told: (progress: Progress) => void,
  signal?: AbortSignal,
): Promise<Reply<N>> {
  const response = await send(name, input, 'application/x-ndjson', signal);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw unreachable();
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      const line = JSON.parse(text) as { progress?: Progress; result?: Reply<N>; error?: Body };
      if (line.error !== undefined) throw failure(line.error, response.status);
      if (line.progress !== undefined) told(line.progress);
      if (line.result !== undefined) return line.result;
    }
  }
}

interface Body {
  code: string;
  message: string;
  hint: string;
  correlation?: string;
}

async function send(name: Name, input: object, accept: string, signal?: AbortSignal): Promise<Response> {
  const { method, path } = ROUTES[name];
  const rest = new Map(Object.entries(input).filter(([, value]) => value !== undefined));
  const url = path.replace(/\{(\w+)\}/g, (_, key: string) => {
    const value = String(rest.get(key));
    rest.delete(key);
    return encodeURIComponent(value);
  });
  const headers: Record<string, string> = { accept };
  if (active) headers['counterfoil-active'] = '1';
  active = false;
  const query = new URLSearchParams([...rest].map(([key, value]): [string, string] => [key, String(value)])).toString();
  const options: RequestInit =
    method === 'GET'
      ? { headers }
      : {
          method,
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify(Object.fromEntries(rest)),
        };
  const response = await fetch(method === 'GET' && query !== '' ? `${url}?${query}` : url, {
    ...options,
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw unreachable();
  });
  if (response.ok) return response;
  const body = (await parsed(response)) as { error?: Body };
  throw body.error === undefined ? unreachable() : failure(body.error, response.status);
}

async function parsed(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw unreachable();
  }
}

const failure = ({ code, message, hint, correlation }: Body, status: number): ApiError =>
  new ApiError(code, message, hint, correlation, status);

const unreachable = (): ApiError =>
  new ApiError(
    'daemon.unreachable',
    'The gateway does not answer.',
    'It may be restarting. The page goes on by itself as soon as it is there again.',
    undefined,
    0,
  );
