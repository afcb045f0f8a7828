import { z } from 'zod';
import {
  base64,
  type Clock,
  CounterfoilError,
  fromBase64,
  type Journal,
  LIMITS,
  type OrgId,
  rfc3339,
} from '../foundation/index.js';
import { parseCanonical, type Signed, type Signer, signDocument, verifySigned } from '../identity/index.js';
import { type Database, migrate } from '../store/index.js';
import type { PeerCaller, PeerHandlers } from './messages.js';

interface Options {
  db: Database;
  clock: Clock;
  journal: Journal;
  signer: Signer;
  /** This gateway's own public key for sealing, X25519. */
  publicKey: Uint8Array;
  /** Organisation key of a peer. */
  peerKey: (peer: OrgId) => Uint8Array;
  calls: PeerCaller;
}

const shape = z.strictObject({
  v: z.literal(1),
  org: z.string().max(LIMITS.orgIdChars),
  key: z.string().length(44),
  at: z.string().max(40),
});

const MIGRATIONS = [
  `CREATE TABLE sealing_key (
     peer TEXT PRIMARY KEY,
     key BLOB NOT NULL,
     document BLOB NOT NULL,
     signature BLOB NOT NULL
   ) STRICT`,
];

/**
 * The keys that columns are sealed to: each organisation signs its own (kind "sealing-key") and gives it to its peers
 * when they ask. What was learnt is kept and recorded, so that a peer that is away can still be sealed for.
 */
export class SealingKeys {
  readonly #options: Options;

  constructor(options: Options) {
    migrate(options.db, 'peering.sealing', MIGRATIONS);
    this.#options = options;
  }

  /** What peers are told. */
  readonly handlers = {
    'Peering/SealingKey': async () => ({ key: this.#own() }),
  } satisfies PeerHandlers;

  /** The key of a peer: asked for now where it can be reached, else the one that is known. */
  async of(peer: OrgId): Promise<Uint8Array> {
    try {
      const { key } = await this.#options.calls.call(peer, 'Peering/SealingKey', {});
      return await this.#learn(peer, key ?? undefined);
    } catch (error) {
      const known = this.#known(peer);
      if (known === undefined || CounterfoilError.from(error).code !== 'peer.unreachable') throw error;
      return known;
    }
  }

  #own(): Signed {
    const { signer, publicKey, clock } = this.#options;
    return signDocument(signer, 'sealing-key', {
      ...{ v: 1, org: signer.id, key: base64(publicKey) },
      at: rfc3339(clock.now()),
    });
  }

  #known(peer: OrgId): Uint8Array | undefined {
    const row = this.#options.db.prepare('SELECT key FROM sealing_key WHERE peer = ?').get(peer);
    return (row as { key: Uint8Array } | undefined)?.key;
  }

  async #learn(peer: OrgId, signed: Signed | undefined): Promise<Uint8Array> {
    const { db, journal, peerKey } = this.#options;
    if (signed === undefined || !verifySigned(signed, 'sealing-key', peerKey(peer)))
      throw new CounterfoilError(
        'input.invalid',
        'The peer gave a key for sealing that its organisation did not sign.',
      );
    const said = shape.safeParse(parseCanonical(signed.document));
    const key = said.success && said.data.org === peer ? fromBase64(said.data.key) : undefined;
    if (key?.length !== 32)
      throw new CounterfoilError('input.invalid', 'The peer gave a key for sealing that is none.');
    const known = this.#known(peer);
    if (known !== undefined && Buffer.compare(known, key) === 0) return key;
    const fields = { key: base64(key), use: 'sealing' };
    await journal.record({ peer }, { type: 'key.added', actor: `peer:${peer}`, fields });
    db.prepare(
      `INSERT INTO sealing_key (peer, key, document, signature) VALUES (?, ?, ?, ?)
       ON CONFLICT (peer) DO UPDATE SET key = excluded.key, document = excluded.document, signature = excluded.signature`,
    ).run(peer, key, signed.document, signed.signature);
    return key;
  }
}
