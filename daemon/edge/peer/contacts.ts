import type { ClientDuplexStream } from '@grpc/grpc-js';
import { CounterfoilError, LIMITS, type Log, newId, type OrgId } from '../../foundation/index.js';
import type { Peer, Peers } from '../../peering/index.js';
import type { PeerChannels } from './channels.js';
import { pathOf } from './codec.js';
import type { Dispatcher } from './dispatcher.js';
import { statesFor } from './guard.js';
import { LinkEnd } from './link.js';
import { callMetadata, fromStatus } from './status.js';

interface Options {
  peers: Peers;
  channels: PeerChannels;
  dispatcher: Dispatcher;
  /** The first call on each new connection. */
  greet: (peer: OrgId) => Promise<void>;
  /** A peer can be reached from here now. */
  arrived: (peer: OrgId) => void;
  /** A call failed: it may have brought a notice. */
  failed: (peer: OrgId, error: unknown) => void;
  log: Log;
}

interface Contact {
  /** What the contact was made with: another address or relation makes another contact. */
  key: string;
  stopped: boolean;
  tries: number;
  link: LinkEnd | undefined;
  wake: (() => void) | undefined;
}

const same = (bytes: Buffer): Buffer => bytes;

/**
 * Keeps a Link open to every peer that can be dialled, dialling again with growing waits. Through it the peer calls
 * this gateway, which it may not be able to dial; and both see at once when the other is gone or back.
 */
export class Contacts {
  readonly #options: Options;
  readonly #contacts = new Map<OrgId, Contact>();
  #running = false;

  constructor(options: Options) {
    this.#options = options;
  }

  start(): void {
    this.#running = true;
    for (const peer of this.#options.peers.list()) this.changed(peer);
  }

  stop(): void {
    this.#running = false;
    for (const peer of [...this.#contacts.keys()]) this.#end(peer);
  }

  /** Begins, ends or renews the contact with a peer as its state and address ask for. */
  changed(peer: Peer): void {
    const wanted = this.#running && peer.endpoint !== undefined && statesFor('Peering/Link').includes(peer.state);
    const key = `${peer.endpoint} ${Buffer.from(peer.enrolment).toString('hex')}`;
    const current = this.#contacts.get(peer.id);
    if (current !== undefined && (!wanted || current.key !== key)) this.#end(peer.id);
    if (!wanted || this.#contacts.has(peer.id)) return;
    const contact: Contact = { key, stopped: false, tries: 0, link: undefined, wake: undefined };
    this.#contacts.set(peer.id, contact);
    void this.#keep(peer.id, contact);
  }

  /** Makes every connection anew, with the certificate that is presented from now on. */
  renew(): void {
    for (const { link } of this.#contacts.values()) link?.close();
  }

  /** Dials now instead of after the present wait. */
  hurry(peer: OrgId): void {
    this.#contacts.get(peer)?.wake?.();
  }

  #end(peer: OrgId): void {
    const contact = this.#contacts.get(peer);
    this.#contacts.delete(peer);
    if (contact === undefined) return;
    contact.stopped = true;
    contact.link?.close();
    contact.wake?.();
  }

  async #keep(peer: OrgId, contact: Contact): Promise<void> {
    while (!contact.stopped) {
      try {
        await this.#options.greet(peer);
        if (!contact.stopped) await this.#link(peer, contact);
      } catch (error) {
        const { code, message } = CounterfoilError.from(error);
        this.#options.log[contact.tries === 0 ? 'info' : 'debug']({ peer, code, reason: message }, 'no contact');
      }
      if (contact.stopped) return;
      const wait = Math.min(LIMITS.retryMs * 2 ** Math.min(contact.tries++, 16), LIMITS.retryMostMs);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, wait * (0.5 + Math.random() / 2)).unref();
        contact.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      contact.wake = undefined;
    }
  }

  /** Opens a Link; resolves when it has ended, rejects when it was refused or cut. */
  #link(peer: OrgId, contact: Contact): Promise<void> {
    const { channels, dispatcher, peers, arrived, failed } = this.#options;
    const { client, endpoint } = channels.get(peer, 'control');
    const { enrolment } = peers.get(peer);
    const correlation = newId('cor');
    const call: ClientDuplexStream<Buffer, Buffer> = client.makeBidiStreamRequest(
      pathOf('Peering/Link'),
      same,
      same,
      callMetadata(correlation),
    );
    const link = new LinkEnd({
      peer,
      send: (frame) => void call.write(frame),
      answer: (method, payload, id) => dispatcher.answer({ peer, enrolment, correlation: id }, method, payload),
      close: () => call.end(),
    });
    contact.link = link;
    return new Promise<void>((resolve, reject) => {
      const ended = (error?: unknown) => {
        link.end();
        contact.link = undefined;
        if (error === undefined) return resolve();
        failed(peer, error);
        reject(fromStatus(error, { peer, endpoint, correlation }));
      };
      call.on('metadata', () => {
        if (contact.stopped) return call.cancel();
        contact.tries = 0;
        arrived(peer);
      });
      call.on('data', (frame: Buffer) => {
        try {
          link.receive(frame);
        } catch (error) {
          call.cancel();
          ended(error);
        }
      });
      call.on('error', ended);
      call.on('end', () => ended());
    });
  }
}
