import { CounterfoilError, LIMITS, type OrgId } from '../../foundation/index.js';
import { decodeRequest, encodeRequest, type LinkFrame } from './codec.js';
import { decodeError, encodeError } from './status.js';

interface Options {
  peer: OrgId;
  /** Writes one encoded frame to the stream. */
  send: (frame: Buffer) => void;
  /** Answers a request of the other end. */
  answer: (method: string, payload: Uint8Array, correlation: string) => Promise<Uint8Array>;
  /** Ends the stream. */
  close: () => void;
}

interface Waiting {
  resolve: (payload: Uint8Array) => void;
  reject: (error: CounterfoilError) => void;
}

const NOTHING = new Uint8Array(0);

/**
 * One end of `Peering.Link`: a stream in which either side sends requests, so that a gateway that cannot be dialled is
 * called through the stream that it opened itself. Both ends are the same; each numbers its own requests.
 */
export class LinkEnd {
  readonly peer: OrgId;
  readonly #options: Options;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  #answering = 0;
  #ended: CounterfoilError | undefined;

  constructor(options: Options) {
    this.peer = options.peer;
    this.#options = options;
  }

  get open(): boolean {
    return this.#ended === undefined;
  }

  /** Calls the other end. Rejects with its error, or `peer.unreachable` when the link ends or time is over. */
  async request(
    method: string,
    payload: Uint8Array,
    call: { correlation: string; timeoutMs: number; signal?: AbortSignal | undefined },
  ): Promise<Uint8Array> {
    const { correlation, timeoutMs, signal } = call;
    if (this.#ended !== undefined) throw this.#ended;
    if (this.#waiting.size >= LIMITS.callsPerPeer)
      throw new CounterfoilError(
        'limit.exceeded',
        `${this.#waiting.size} calls to ${this.peer} wait for their answers.`,
      );
    const id = this.#next++;
    let timer: NodeJS.Timeout | undefined;
    let abort: (() => void) | undefined;
    try {
      return await new Promise<Uint8Array>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        const late = () => reject(unreachable(`${this.peer} did not answer within ${timeoutMs / 1000} s.`));
        timer = setTimeout(late, timeoutMs);
        abort = () => reject(new CounterfoilError('cancelled', 'The call was cancelled.'));
        signal?.addEventListener('abort', abort, { once: true });
        this.#send({ id, method, payload, correlation, error: NOTHING });
      });
    } catch (error) {
      throw CounterfoilError.from(error, correlation);
    } finally {
      clearTimeout(timer);
      if (abort !== undefined) signal?.removeEventListener('abort', abort);
      this.#waiting.delete(id);
    }
  }

  /** Takes one encoded frame of the other end. Throws `input.invalid` when it is none: the stream should end. */
  receive(bytes: Uint8Array): void {
    const frame = decodeRequest('Peering/Link', bytes);
    if (frame.method !== '') void this.#answer(frame);
    else this.#settle(frame);
  }

  /** The stream has ended: what waits will not be answered. */
  end(): void {
    if (this.#ended !== undefined) return;
    this.#ended = unreachable(`The link to ${this.peer} has ended.`);
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }

  close(): void {
    this.end();
    this.#options.close();
  }

  #settle({ id, payload, error }: LinkFrame): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return; // It was given up in the meantime.
    if (error.length === 0) waiting.resolve(payload);
    else
      waiting.reject(
        decodeError(error) ?? new CounterfoilError('peer.error', `${this.peer} failed without saying why.`),
      );
  }

  async #answer({ id, method, payload, correlation }: LinkFrame): Promise<void> {
    let reply: Omit<LinkFrame, 'id' | 'correlation'>;
    this.#answering++;
    try {
      if (this.#answering > LIMITS.callsPerPeer)
        throw new CounterfoilError('limit.exceeded', 'Too many calls at a time.');
      reply = { method: '', payload: await this.#options.answer(method, payload, correlation), error: NOTHING };
    } catch (error) {
      reply = { method: '', payload: NOTHING, error: encodeError(CounterfoilError.from(error, correlation)) };
    } finally {
      this.#answering--;
    }
    if (this.open) this.#send({ id, correlation, ...reply });
  }

  #send(frame: LinkFrame): void {
    this.#options.send(encodeRequest('Peering/Link', frame));
  }
}

const unreachable = (message: string) => new CounterfoilError('peer.unreachable', message);
