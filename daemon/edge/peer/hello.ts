import { z } from 'zod';
import { CounterfoilError, canonicalJson, LIMITS, type OrgId, utf8 } from '../../foundation/index.js';
import { type KeyHandover, parseCanonical } from '../../identity/index.js';
import { endpointText } from '../../invite/index.js';
import type { HelloRequest, Meeting, PeerHandlers, Peers } from '../../peering/index.js';
import type { DialOptions, PeerCalls } from './calls.js';

/** Version of the protocol between gateways. A peer of another major version is refused, of another minor is not. */
const PROTOCOL = { major: 1, minor: 0 } as const;

/** As invites and enrolments list it. */
export const PROTOCOLS: readonly string[] = [`${PROTOCOL.major}.${PROTOCOL.minor}`];

interface Options {
  peers: Peers;
  meeting: Pick<Meeting, 'welcome'>;
  calls: Pick<PeerCalls, 'call'>;
  /** Where this gateway can be dialled; undefined when it cannot. */
  endpoint: () => string | undefined;
  software: string;
  /** How our organisation keys followed each other. */
  handovers: () => readonly KeyHandover[];
}

/** The first call on a connection, repeated with every heartbeat: versions, addresses, and the words' missing half. */
export class Hello {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Greets a peer. `protocol.version` when its major version is another. */
  async greet(peer: OrgId, options: DialOptions = {}): Promise<void> {
    await this.#hear(peer, await this.#options.calls.call(peer, 'Peering/Hello', this.#say(peer), options));
  }

  get handlers(): PeerHandlers {
    return {
      'Peering/Hello': async ({ peer }, request) => {
        await this.#hear(peer, request);
        return { ...this.#say(peer), peerState: this.#options.peers.get(peer).state };
      },
      'Peering/Notify': async ({ peer }, { notice }) => {
        if (!notice) throw new CounterfoilError('input.invalid', 'The notice is missing.');
        await this.#options.peers.notice(peer, notice);
        return {};
      },
    };
  }

  #say(peer: OrgId): HelloRequest {
    const { role, state, welcome } = this.#options.peers.get(peer);
    return {
      protocolMajor: PROTOCOL.major,
      protocolMinor: PROTOCOL.minor,
      software: this.#options.software,
      welcome: role === 'inviter' && state === 'enrolled' ? welcome : undefined,
      endpoint: this.#options.endpoint() ?? '',
      handovers: this.#options
        .handovers()
        .slice(-LIMITS.keyHandovers)
        .map((handover) => utf8(canonicalJson(handover))),
    };
  }

  async #hear(peer: OrgId, said: HelloRequest): Promise<void> {
    if (said.protocolMajor !== PROTOCOL.major)
      throw new CounterfoilError(
        'protocol.version',
        `One gateway speaks version ${PROTOCOL.major} of the protocol, the other version ${said.protocolMajor}.`,
      );
    for (const bytes of (said.handovers ?? []).slice(0, LIMITS.keyHandovers))
      await this.#options.peers.keyRotated(peer, handoverFrom(bytes));
    if (said.welcome) await this.#options.meeting.welcome(peer, said.welcome);
    const endpoint = endpointText.safeParse(said.endpoint);
    this.#options.peers.met(peer, endpoint.success ? endpoint.data : undefined);
  }
}

/** Whether it holds is for the peers' room to say. */
function handoverFrom(bytes: Uint8Array): KeyHandover {
  const parsed = z
    .object({ org: z.string(), old: z.string(), new: z.string(), oldSignature: z.string(), newSignature: z.string() })
    .safeParse(parseCanonical(bytes));
  if (parsed.success) return parsed.data;
  throw new CounterfoilError('input.invalid', 'A handover of an organisation key is malformed.');
}
