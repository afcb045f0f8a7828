import type { TestContext } from 'node:test';
import { Agreements, type CatalogPort, type Finding, type OfferedDataset } from '../../daemon/agreement/index.js';
import { parseContract } from '../../daemon/catalog/index.js';
import type { Schema } from '../../daemon/columnar/index.js';
import {
  CounterfoilError,
  type ErrorCode,
  hex,
  type Json,
  type OrgId,
  orgId,
  sha256,
} from '../../daemon/foundation/index.js';
import {
  privateKeyFromSeed,
  rawPublicKey,
  type Signed,
  type Signer,
  signEd25519,
} from '../../daemon/identity/index.js';
import type { PeerHandlers, PeerMethod } from '../../daemon/peering/index.js';
import { ruleBook } from '../../daemon/pipeline/checks/index.js';
import { maskBook, preserves } from '../../daemon/pipeline/masks/index.js';
import { openDatabase } from '../../daemon/store/index.js';
import { DATE, INT64, TEXT } from './checks.js';
import { ManualClock } from './clock.js';
import { MemoryJournal } from './journal.js';

/** An organisation with a key and nothing else. */
export function signerOf(id: string): Signer {
  const key = privateKeyFromSeed(sha256(`seed of ${id}`));
  return { id, publicKey: rawPublicKey(key), sign: (bytes) => signEd25519(key, bytes) };
}

export const CUSTOMERS: Schema = {
  fields: [
    { name: 'id', type: INT64, nullable: false },
    { name: 'email', type: TEXT, nullable: true },
    { name: 'born', type: DATE, nullable: true },
    { name: 'country', type: TEXT, nullable: true },
  ],
};

export const EMAIL: Finding = {
  column: 'email',
  entity: 'email',
  verdict: 'is',
  confidence: 0.99,
  evidence: "header 'email'",
};

interface Message {
  from: OrgId;
  to: OrgId;
  method: PeerMethod;
  signed: Signed;
}

/** Contracts are written as JSON lists of rules here, or as ODCS. */
const partOf = (rules: Json) => ({ digest: hex(sha256(JSON.stringify(rules))), rules: rules as readonly Json[] });

/** The rules of an ODCS document, read by the catalog and looked at by the checks. */
export function odcs(text: string) {
  const { digest, rules } = parseContract(text, { checkRule: ruleBook(preserves).parse });
  return { digest, rules };
}

/** One gateway's agreements, with its journal, dataset and mail. */
export class Side {
  readonly id: OrgId;
  readonly signer: Signer;
  readonly journal = new MemoryJournal();
  readonly agreements: Agreements;
  readonly handlers: PeerHandlers;
  dataset: OfferedDataset = { schema: CUSTOMERS, contract: partOf([]), findings: [EMAIL] };

  constructor(t: TestContext, clock: ManualClock, id: string, post: (message: Message) => void) {
    this.id = orgId(id);
    this.signer = signerOf(id);
    const db = openDatabase(':memory:');
    t.after(() => db.close());
    const catalog: CatalogPort = {
      dataset: async (name) => {
        if (name !== 'customers') throw new CounterfoilError('dataset.not_found', 'There is no such dataset.');
        return this.dataset;
      },
      parseContract: (text) => (text.startsWith('[') ? partOf(JSON.parse(text) as Json) : odcs(text)),
    };
    this.agreements = new Agreements({
      ...{
        db,
        clock,
        journal: this.journal,
        signer: this.signer,
        catalog,
        rules: ruleBook(preserves),
        masks: maskBook,
      },
      outbox: {
        enqueue: (to, method, request) => {
          post({ from: this.id, to, method, signed: request as unknown as Signed });
          return 'msg-1';
        },
      },
      peers: { active: (peer) => ({ id: orgId(peer), key: signerOf(peer).publicKey }) },
    });
    this.handlers = this.agreements.handlers();
  }

  set contract(rules: Json) {
    this.dataset = { ...this.dataset, contract: partOf(rules) };
  }

  /** Takes a message as if a peer had sent it. */
  async take(
    from: OrgId,
    method: 'Agreements/Propose' | 'Agreements/Decide' | 'Agreements/Require',
    signed: Signed,
  ): Promise<void> {
    await this.handlers[method]!({ peer: from, correlation: 'cor-1' }, signed);
  }
}

/** Gateways that reach each other by a mailbox, which a test empties when it likes. */
export class Table {
  readonly sides = new Map<OrgId, Side>();
  readonly mail: Message[] = [];
  readonly refused: { method: PeerMethod; code: ErrorCode; message: string }[] = [];

  constructor(t: TestContext, clock: ManualClock, ...ids: string[]) {
    for (const id of ids) this.sides.set(orgId(id), new Side(t, clock, id, (message) => this.mail.push(message)));
  }

  side(id: string): Side {
    return this.sides.get(orgId(id))!;
  }

  /** Delivers what waits, and what comes of it; each message twice, since messages may come twice. */
  async deliver(most = Number.POSITIVE_INFINITY): Promise<void> {
    for (let done = 0; done < most; done++) {
      const message = this.mail.shift();
      if (message === undefined) return;
      const { from, to, method, signed } = message;
      for (let times = 0; times < 2; times++) {
        try {
          await this.side(to).take(from, method as 'Agreements/Propose', signed);
        } catch (error) {
          const { code, message: text } = CounterfoilError.from(error);
          this.refused.push({ method, code, message: text });
        }
      }
    }
  }
}

export const MASKED = { columns: { email: { op: 'token' } } };
export const OFFER = { peer: 'vendor.example', dataset: 'customers', policy: MASKED };

/** Two gateways and a third on one mailbox, by one clock. */
export function meeting(t: TestContext): { table: Table; acme: Side; vendor: Side; clock: ManualClock } {
  const clock = new ManualClock(Date.parse('2026-06-15T12:00:00Z'));
  const table = new Table(t, clock, 'acme.example', 'vendor.example', 'other.example');
  return { table, acme: table.side('acme.example'), vendor: table.side('vendor.example'), clock };
}

/** An agreement in force. */
export async function active(t: TestContext, offer: Partial<typeof OFFER> & Record<string, unknown> = {}) {
  const all = meeting(t);
  const { id } = await all.acme.agreements.offer({ ...OFFER, ...offer });
  await all.table.deliver();
  await all.vendor.agreements.accept(id);
  await all.table.deliver();
  return { ...all, id };
}

/** A rule as a contract writes it. */
export const rule = (more: Record<string, Json>): Json => ({ id: 'r', ...more }) as Json;
