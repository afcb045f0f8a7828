import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect, createSecureContext, TLSSocket } from 'node:tls';

const FRAME_HEAD = 9;
const DATA = 0;
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/**
 * Stands between two gateways with the keys of both, and keeps what they say to each other in the clear: what a gateway
 * sends is seen here as it leaves, before TLS. `server` and `client` are home folders.
 */
export class RecordingProxy {
  readonly #server: Server;
  readonly #said: Buffer[][] = [];
  #route: { server: string; client: string; port: number } | undefined;

  private constructor() {
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async open(t: { after(work: () => Promise<void>): void }): Promise<RecordingProxy> {
    const proxy = new RecordingProxy();
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    t.after(async () => void proxy.#server.close());
    return proxy;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Whom it stands before; `at` is where that gateway listens. */
  route(server: string, client: string, at: string): void {
    this.#route = { server, client, port: Number(at.slice(at.lastIndexOf(':') + 1)) };
  }

  /** The payload of every DATA frame, in both directions, each stream of each connection by itself. */
  payloads(): Buffer[] {
    return this.#said.flatMap((chunks) => [...dataOf(Buffer.concat(chunks)).values()]);
  }

  #accept(socket: Socket): void {
    const { server, client, port } = this.#route!;
    const [outer, inner] = [identityOf(server), identityOf(client)];
    const front = new TLSSocket(socket, {
      isServer: true,
      requestCert: true,
      rejectUnauthorized: false,
      ALPNProtocols: ['h2'],
      secureContext: createSecureContext({ key: outer, cert: outer, minVersion: 'TLSv1.3' }),
    });
    const back = connect({
      ...{ host: '127.0.0.1', port, key: inner, cert: inner, rejectUnauthorized: false, ALPNProtocols: ['h2'] },
    });
    for (const [from, to] of [
      [front, back],
      [back, front],
    ] as const) {
      const chunks: Buffer[] = [];
      this.#said.push(chunks);
      from.on('data', (chunk: Buffer) => chunks.push(chunk));
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  }
}

const identityOf = (home: string): string => readFileSync(join(home, 'keys', 'leaf.pem'), 'utf8');

/** Bodies of HTTP/2 DATA frames (RFC 9113 section 6.1) by stream. */
function dataOf(bytes: Buffer): Map<number, Buffer> {
  const streams = new Map<number, Buffer[]>();
  let at = bytes.subarray(0, PREFACE.length).equals(PREFACE) ? PREFACE.length : 0;
  while (at + FRAME_HEAD <= bytes.length) {
    const length = bytes.readUIntBE(at, 3);
    const stream = bytes.readUInt32BE(at + 5) & 0x7fff_ffff;
    if (bytes[at + 3] === DATA) {
      const body = bytes.subarray(at + FRAME_HEAD, at + FRAME_HEAD + length);
      streams.set(stream, [...(streams.get(stream) ?? []), body]);
    }
    at += FRAME_HEAD + length;
  }
  return new Map([...streams].map(([stream, bodies]) => [stream, Buffer.concat(bodies)]));
}
