import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { initHome } from '../../daemon/config/index.js';
import type { AdminContext } from '../../daemon/edge/index.js';
import { type Clock, orgId, silentLog, systemClock } from '../../daemon/foundation/index.js';
import { Identity } from '../../daemon/identity/index.js';
import { type Overrides, startGateway } from '../../daemon/root/gateway.js';
import type { Gateway } from '../../daemon/root/running.js';
import { temporaryFolder } from './folder.js';
import type { RecordingProxy } from './recording-proxy.js';
import { until } from './until.js';

export const ACME = orgId('acme.example');
export const VENDOR = orgId('vendor.example');

/** What an administrator's call carries in a test. */
export const asAdmin: AdminContext = {
  correlation: 'cor-test',
  actor: 'admin',
  principal: { actor: 'admin', role: 'administrator', name: null, via: 'home-token' },
  session: {
    ...{ secret: undefined, set: () => undefined, clear: () => undefined },
    ...{ attempt: undefined, setAttempt: () => undefined },
  },
  signal: new AbortController().signal,
  progress: () => undefined,
};

type Admin = Gateway['admin'];
type Agreement = Awaited<ReturnType<Admin['agreements']['show']>>;
type Shown = Awaited<ReturnType<Admin['transfers']['show']>>;

/** A whole gateway in this process: every room, real TLS on loopback, a home of its own. */
export class Party {
  gateway!: Gateway;
  readonly #overrides: Overrides;

  constructor(
    readonly id: string,
    readonly home: string,
    overrides: Overrides,
  ) {
    this.#overrides = overrides;
  }

  get admin(): Admin {
    return this.gateway.admin;
  }

  async start(more: Overrides = {}): Promise<void> {
    this.gateway = await startGateway(this.home, 'counterfoil test', {
      log: silentLog,
      threads: 1,
      ...this.#overrides,
      ...more,
    });
  }

  stop(): Promise<void> {
    return this.gateway.stop();
  }

  async init(clock: Clock, config: string, advertise = '127.0.0.1'): Promise<void> {
    const any = '127.0.0.1:0';
    const paths = initHome(this.home, {
      ...{ id: this.id, org: this.id, listen: any, enrol: any, admin: any },
      advertise,
    });
    if (config !== '') writeFileSync(paths.config, config, { flag: 'a' });
    const identity = await Identity.create({ home: this.home, id: orgId(this.id), hosts: ['127.0.0.1'], clock });
    identity.close();
  }

  /** The transfer once it is in a final state. */
  async ended(id: string): Promise<Shown> {
    const show = () => this.admin.transfers.show({ id }, asAdmin);
    await until(`the end of ${id}`, async () => (await show()).final, 60_000);
    return show();
  }

  async types(peer?: string): Promise<string[]> {
    const log = peer === undefined ? {} : { peer: orgId(peer) };
    const { entries } = await this.admin.ledger.list({ ...log, limit: 1000 }, asAdmin);
    return entries.map(({ type }) => type);
  }
}

/** Makes two running gateways active peers, by an online invite and the six words. */
export async function befriend(inviter: Party, joiner: Party): Promise<void> {
  const { invite } = await inviter.admin.invites.create({ for: orgId(joiner.id) }, asAdmin);
  await joiner.admin.invites.accept({ text: invite }, asAdmin);
  const show = (party: Party, { id }: Party) => party.admin.peers.show({ id: orgId(id) }, asAdmin);
  const both = [
    [inviter, joiner],
    [joiner, inviter],
  ] as const;
  const all = async (check: (shown: Awaited<ReturnType<typeof show>>) => boolean) =>
    (await Promise.all(both.map(async ([party, other]) => check(await show(party, other))))).every((holds) => holds);
  await until('the words', () => all(({ words }) => words !== null));
  const words = (await show(inviter, joiner)).words!;
  for (const [party, other] of both) await party.admin.peers.confirm({ id: orgId(other.id), words }, asAdmin);
  await until('active peers', () => all(({ state }) => state === 'active'));
}

interface ExchangeOptions {
  clock?: Clock;
  /** Stand between the two: what each says to the other is kept. */
  proxies?: { acme: RecordingProxy; vendor: RecordingProxy };
  /** Lines added to the config.yaml of both. */
  config?: string;
  overrides?: Overrides;
}

/** Two gateways that are active peers: Acme provides, Vendor consumes. */
export class Exchange {
  readonly folder: string;
  readonly acme: Party;
  readonly vendor: Party;

  private constructor(folder: string, overrides: Overrides) {
    this.folder = folder;
    this.acme = new Party(ACME, join(folder, 'acme'), overrides);
    this.vendor = new Party(VENDOR, join(folder, 'vendor'), overrides);
  }

  static async open(
    t: { after(work: () => Promise<void> | void): void },
    { clock = systemClock, config = '', overrides = {}, proxies }: ExchangeOptions = {},
  ): Promise<Exchange> {
    const folder = temporaryFolder(t);
    const exchange = new Exchange(folder, { clock, ...overrides });
    const { acme, vendor } = exchange;
    for (const [party, other, proxy] of [
      [acme, vendor, proxies?.acme],
      [vendor, acme, proxies?.vendor],
    ] as const) {
      await party.init(clock, config, proxy?.address);
      await party.start();
      proxy?.route(party.home, other.home, party.gateway.started.peer!);
      t.after(() => party.gateway.stop());
    }
    await befriend(acme, vendor);
    return exchange;
  }

  /** A file of the test, and its path. */
  file(name: string, text: string | Uint8Array): string {
    const folder = join(this.folder, 'files');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** Adds and publishes a dataset of Acme from CSV text; the version. */
  async publish(name: string, csv: string, contract?: string): Promise<string> {
    const source = this.file(`${name}.csv`, csv);
    await this.acme.admin.datasets.add({ name, source, ...(contract === undefined ? {} : { contract }) }, asAdmin);
    return (await this.acme.admin.datasets.publish({ name }, asAdmin)).version;
  }

  /** Acme offers, Vendor accepts; resolves when the agreement is active on both sides. */
  async agree(offer: Omit<Parameters<Admin['agreements']['offer']>[0], 'peer'>): Promise<Agreement> {
    const { acme, vendor } = this;
    const { id } = await acme.admin.agreements.offer({ peer: VENDOR, ...offer }, asAdmin);
    const state = async (party: Party) =>
      (await party.admin.agreements.list(asAdmin)).agreements.find((each) => each.id === id)?.state;
    await until('the offer', async () => (await state(vendor)) !== undefined);
    await vendor.admin.agreements.accept({ id }, asAdmin);
    await until('the agreement', async () => (await state(acme)) === 'active' && (await state(vendor)) === 'active');
    return acme.admin.agreements.show({ id }, asAdmin);
  }

  /** Vendor fetches the newest version; the transfer at its end, as each side shows it. */
  async transfer(agreement: string, version?: string): Promise<{ acme: Shown; vendor: Shown }> {
    const wanted = version === undefined ? {} : { version };
    const { id } = await this.vendor.admin.transfers.start({ agreement, ...wanted }, asAdmin);
    return { vendor: await this.vendor.ended(id), acme: await this.acme.ended(id) };
  }
}

/** ODCS text of one table with quality rules of this gateway, given as YAML flow maps. */
export function contractOf(dataset: string, rules: readonly string[] = [], more = ''): string {
  const quality = rules
    .map((rule) => `      - { type: custom, engine: counterfoil, implementation: ${rule} }`)
    .join('\n');
  return `apiVersion: v3.1.0
kind: DataContract
id: ${dataset}-contract
version: 1.0.0
status: active
name: ${dataset}
schema:
  - name: ${dataset}
    logicalType: object
${rules.length === 0 ? '' : `    quality:\n${quality}\n`}${more}`;
}
