import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from './homes.js';

export interface LinkOptions {
  /** Bytes a second in each direction; without a bound unless given. */
  rate?: number;
  /** Milliseconds that each byte is on the way. */
  delayMs?: number;
  /** Milliseconds more that some of them are, at most; they still arrive in order. */
  jitterMs?: number;
}

/** Bytes that wait in the link before it stops reading, beside those that are on the way. */
const BUFFERED = 256 * 1024;

/** A network link between two gateways that is slow, far or broken, as told. Dialled instead of the gateway behind it. */
export class Link {
  /** Bytes that have gone to who dialled. */
  received = 0;
  cuts = 0;
  readonly #options: LinkOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #target = 0;
  #cutAt = Number.POSITIVE_INFINITY;

  private constructor(options: LinkOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#take(socket));
  }

  static async open(options: LinkOptions = {}): Promise<Link> {
    const link = new Link(options);
    link.#server.listen(0, '127.0.0.1');
    await once(link.#server, 'listening');
    return link;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /** Entries of config.yaml of the gateway that is behind the link: its peers dial the link. */
  async config(): Promise<object> {
    this.#target = await freePort();
    const listen = { peer: `127.0.0.1:${this.#target}`, enrol: `127.0.0.1:${await freePort()}`, admin: '127.0.0.1:0' };
    return { advertise: `127.0.0.1:${this.port}`, listen };
  }

  /** Cuts every connection when so many more bytes have gone to who dialled. */
  cutAfter(bytes: number): void {
    this.#cutAt = this.received + bytes;
  }

  cut(): void {
    this.#cutAt = Number.POSITIVE_INFINITY;
    this.cuts++;
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  #take(near: Socket): void {
    const far = connect(this.#target, '127.0.0.1');
    for (const [one, other] of [[near, far] as const, [far, near] as const]) {
      this.#sockets.add(one);
      one.setNoDelay(true);
      one.on('error', () => undefined); // what a cut leaves behind
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
    this.#pour(near, far, () => undefined);
    this.#pour(far, near, (bytes) => {
      this.received += bytes;
      if (this.received >= this.#cutAt) this.cut();
    });
  }

  /** Bytes of one direction: each arrives when it was on the way long enough, and those before it have gone through. */
  #pour(from: Socket, to: Socket, arrived: (bytes: number) => void): void {
    const { rate = Number.POSITIVE_INFINITY, delayMs = 0, jitterMs = 0 } = this.#options;
    const most = BUFFERED + (Number.isFinite(rate) ? (rate * delayMs) / 1000 : 0);
    let [free, waiting, last] = [0, 0, 0];
    const under: Buffer[] = []; // timers that are due together do not fire in the order they were set
    from.on('data', (chunk: Buffer) => {
      const now = performance.now();
      free = Math.max(free, now) + (chunk.length / rate) * 1000;
      waiting += chunk.length;
      if (waiting > most) from.pause();
      under.push(chunk);
      const deliver = () => {
        const first = under.shift()!;
        waiting -= first.length;
        if (waiting <= most && from.isPaused()) from.resume();
        if (to.destroyed) return;
        to.write(first);
        arrived(first.length);
      };
      last = Math.max(last, free + delayMs + Math.random() * jitterMs);
      const ms = last - now;
      if (ms < 1) deliver();
      else setTimeout(deliver, ms);
    });
  }
}
