import { randomBytes } from 'node:crypto';
import {
  CounterfoilError,
  type EntryRef,
  hex,
  LIMITS,
  newId,
  type OrgId,
  printable,
  rfc3339,
  utf8,
} from '../../foundation/index.js';
import { type Signed, signDocument } from '../../identity/index.js';
import { Turns } from '../../peering/index.js';
import type { WrappedKey } from '../../store/index.js';
import { asJson, type ErasureRequest, readSigned, subjectDigest } from './documents.js';
import type { CustodyPorts } from './ports.js';
import { type ErasedVersion, type Erasure, ErasureTable } from './table.js';

export interface ErasureInput {
  agreement: string;
  column: string;
  /** As it is in the provider's own data. */
  value: string;
}

/**
 * The right of a person to be forgotten, between two organisations: the provider asks by what stands for the person at this
 * consumer alone, the consumer erases the rows in all that has landed, and signs how many in which version.
 */
export class Erasures {
  readonly #ports: CustodyPorts;
  readonly #table: ErasureTable;
  readonly #turns = new Turns<'erase'>();

  constructor(ports: CustodyPorts) {
    this.#ports = ports;
    this.#table = new ErasureTable(ports.db);
  }

  list(): Erasure[] {
    return this.#table.all();
  }

  /** `erasure.not_found`. */
  show(id: string): Erasure & { receipt: Signed | undefined } {
    return { ...this.#table.get(id), receipt: this.#table.receipt(id) };
  }

  /** Asks a consumer. The value itself is not kept; `input.invalid` where nothing in the column stands for it. */
  async request(input: ErasureInput, actor: string, correlation: string): Promise<Erasure> {
    const { signer, clock, journal, post, agreement, standsFor } = this.#ports;
    const { peer, role } = agreement(input.agreement);
    if (role !== 'provider')
      throw new CounterfoilError(
        'agreement.state',
        'Only the provider asks a consumer to erase; this gateway consumes.',
      );
    if (input.value.length > LIMITS.subjectChars)
      throw new CounterfoilError('limit.exceeded', `A value has at most ${LIMITS.subjectChars} characters.`);
    const at = rfc3339(clock.now());
    const request: ErasureRequest = {
      ...{ v: 1, id: newId('ers', clock.now()), provider: signer.id, consumer: peer, agreement: input.agreement },
      column: input.column,
      value: standsFor(input.agreement, input.column, input.value),
      ...{ nonce: hex(randomBytes(32)), correlation, at },
    };
    const subject = subjectDigest(request);
    const fields = { action: 'erasure.request', target: request.id, digest: subject, correlation };
    await journal.record({ peer }, { type: 'admin.action', actor, fields });
    const erasure = begun(request, 'provider', peer, subject);
    this.#table.insert(erasure, null);
    post(peer, 'Custody/Erase', signDocument(signer, 'erasure', asJson(request)), correlation);
    return erasure;
  }

  /** The provider's signed request. Taken down and carried out later. Idempotent. */
  async asked(peer: OrgId, signed: Signed): Promise<void> {
    const { signer, peerKey, agreement, keyBox } = this.#ports;
    const key = peerKey(peer, signed.key);
    const request = readSigned('erasure', signed, { provider: peer, consumer: signer.id }, key);
    const known = agreement(request.agreement);
    if (known.peer !== peer || known.role !== 'consumer')
      throw new CounterfoilError('agreement.not_found', 'There is no such agreement between us.');
    if (this.#table.find(request.id) === undefined) {
      const sealed = keyBox.wrap(utf8(JSON.stringify(request)), request.id);
      this.#table.insert(begun(request, 'consumer', peer, subjectDigest(request)), sealed);
    }
    void this.look();
  }

  /** Carries out what was asked and is not done. What fails is tried again the next time. */
  async look(): Promise<void> {
    for (const { id, role, state } of this.#table.all().reverse()) {
      if (role !== 'consumer' || state === 'erased') continue;
      await this.#turns
        .take('erase', () => this.#carryOut(id))
        .catch((error: unknown) => this.#ports.log.error({ erasure: id, err: error }, 'rows could not be erased yet'));
    }
  }

  /** The consumer's signed receipt. Idempotent. */
  async told(peer: OrgId, signed: Signed): Promise<void> {
    const { signer, peerKey, journal } = this.#ports;
    const key = peerKey(peer, signed.key);
    const receipt = readSigned('erasure-receipt', signed, { provider: signer.id, consumer: peer }, key);
    const erasure = this.#table.find(receipt.id);
    if (erasure?.role !== 'provider' || erasure.peer !== peer)
      throw new CounterfoilError('erasure.not_found', 'There is no such erasure between us.');
    const sum = receipt.versions.reduce((all, { rows }) => all + rows, 0);
    if (receipt.agreement !== erasure.agreement || receipt.subject !== erasure.subject || sum !== receipt.rows)
      throw new CounterfoilError('input.invalid', 'The receipt is not about what was asked, or contradicts itself.');
    if (erasure.state === 'erased') return;
    const { agreement, subject, rows, versions, erasedAt } = receipt;
    const fields = { agreement, subject, versions: withRows(versions), rows, correlation: erasure.correlation };
    await journal.record({ peer }, { type: 'data.erased', actor: `peer:${peer}`, refs: [receipt.entry], fields });
    this.#table.done(receipt.id, { versions, rows, erasedAt }, signed);
  }

  async #carryOut(id: string): Promise<void> {
    const { keyBox, journal, clock, signer, post, transfers } = this.#ports;
    const sealed = this.#table.request(id);
    if (sealed === null) return;
    const bytes = keyBox.unwrap(sealed as WrappedKey, id);
    const request = JSON.parse(Buffer.from(bytes).toString('utf8')) as ErasureRequest;
    if (this.#table.get(id).state === 'requested') await this.#count(request);
    const { peer, agreement, subject, versions, rows, correlation } = this.#table.get(id);
    if (this.#table.entry(id) === null) {
      const fields = { agreement, subject, versions: withRows(versions), rows, correlation };
      const entry = await journal.record({ peer }, { type: 'data.erased', actor: `peer:${peer}`, fields });
      this.#table.noteEntry(id, JSON.stringify({ log: entry.log, seq: entry.seq, leaf: entry.leaf }));
    }
    for (const version of versions) {
      if (version.rows === 0) continue;
      transfers.dropBatches(version.transfer);
      await this.#rowsOf(version.transfer, request, true);
    }
    const erasedAt = rfc3339(clock.now());
    const receipt = signDocument(
      signer,
      'erasure-receipt',
      asJson({
        ...{
          v: 1,
          id,
          provider: peer,
          consumer: signer.id,
          agreement,
          subject,
          versions: [...versions],
          rows,
          erasedAt,
        },
        entry: JSON.parse(this.#table.entry(id)!) as EntryRef,
      }),
    );
    this.#table.done(id, { versions, rows, erasedAt }, receipt);
    post(peer, 'Custody/Erased', receipt, correlation);
  }

  async #count(request: ErasureRequest): Promise<void> {
    const { transfers } = this.#ports;
    const versions: ErasedVersion[] = [];
    for (const { id, role, agreement, version, detail } of transfers.list()) {
      if (role !== 'consumer' || agreement !== request.agreement) continue;
      if (detail.landed === undefined || detail.deleted !== undefined) continue;
      versions.push({ version, transfer: id, rows: await this.#rowsOf(id, request, false) });
    }
    const rows = versions.reduce((sum, each) => sum + each.rows, 0);
    this.#table.counted(request.id, versions, rows);
  }

  async #rowsOf(transfer: string, request: ErasureRequest, erase: boolean): Promise<number> {
    const { jobs, transfers, sink, clock } = this.#ports;
    const { column, value, id } = request;
    const { landed, deleted } = transfers.find(transfer).detail;
    if (landed === undefined || deleted !== undefined) return 0; // its time came meanwhile
    const at = rfc3339(clock.now());
    const params = { ...sink, folder: landed, column, value, erase, erasure: id, at };
    return (await jobs.run('eraseRows', params, { signal: new AbortController().signal })).rows;
  }
}

const withRows = (versions: readonly ErasedVersion[]): string[] => [
  ...new Set(versions.filter(({ rows }) => rows > 0).map(({ version }) => version)),
];

const begun = (request: ErasureRequest, role: Erasure['role'], peer: OrgId, subject: string): Erasure => ({
  ...{ id: request.id, role, peer, agreement: request.agreement, subject, state: 'requested' },
  column: printable(request.column, LIMITS.columnNameBytes).slice(1, -1),
  ...{ versions: [], rows: 0, correlation: request.correlation, requestedAt: request.at, erasedAt: null },
});
