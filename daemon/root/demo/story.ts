import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { columnReader } from '../../columnar/index.js';
import { CounterfoilError } from '../../foundation/index.js';
import { openSource } from '../../pipeline/index.js';
import {
  CUSTOMERS_CONTRACT,
  CUSTOMERS_PRIVATE_RULE,
  CUSTOMERS_REQUIREMENTS,
  FLIGHTS_CONTRACT,
  FLIGHTS_REQUIREMENTS,
} from './contracts.js';
import { customersCsv } from './customers.js';
import type { Stage } from './stage.js';

const ACME = 'acme.example';
const VENDOR = 'vendor.example';
const LAB = 'lab.example';
const CUSTOMER_ROWS = 20_000;
const PERSONAL = ['customer_id', 'full_name', 'email', 'phone', 'birth_date'];

export interface Told {
  ok: boolean;
  steps: { name: string; ok: boolean; seconds: number; [more: string]: unknown }[];
  transfers: TransferLine[];
  audit: { ok: boolean; entries: number };
  tamper: { detected: boolean; class: string };
}

interface TransferLine {
  id: string;
  dataset: string;
  version: string;
  state: string;
  rows: number;
  bytes: number;
  seconds: number;
}

/** Tells how two organisations, and a third, meet, exchange data and audit each other; every line of it is checked. */
export class Story {
  readonly #stage: Stage;
  readonly #say: (text: string) => void;
  readonly told: Told = {
    ok: false,
    steps: [],
    transfers: [],
    audit: { ok: false, entries: 0 },
    tamper: { detected: false, class: '' },
  };

  constructor(stage: Stage, say: (text: string) => void) {
    this.#stage = stage;
    this.#say = say;
  }

  async tell(): Promise<void> {
    await this.#step(
      'gateways',
      'Three organisations, each with a gateway of its own: a process, a folder, a key.',
      () => this.#gateways(),
    );
    await this.#step(
      'meet-online',
      'Acme invites Vendor. Both screens show the same six words; both people confirm them.',
      () => this.#meetOnline(),
    );
    await this.#step(
      'meet-by-texts',
      'Acme and Lab meet by exchanged texts: no listener is open, nothing is dialled until both have agreed.',
      () => this.#meetByTexts(),
    );
    await this.#step(
      'flights',
      'Three million real flights, under a contract that needs every weekday and six airports.',
      () => this.#flights(),
    );
    await this.#step(
      'unmasked-offer-blocked',
      'Customers, with personal data. Offered without masks, they are blocked: five columns look personal.',
      () => this.#blocked(),
    );
    await this.#step(
      'unmasked-transfer-refused',
      'Acme insists and keeps every column. Vendor requires "no personal data": refused before a byte leaves.',
      () => this.#refused(),
    );
    await this.#step('masked-landed', 'With masks, the same version lands at Vendor.', () => this.#masked());
    await this.#step(
      'same-data',
      'Lab gets the same version under other masks. Equal roots prove that both got the same data.',
      () => this.#sameData(),
    );
    await this.#step(
      'rejected',
      'Lab keeps a rule to itself, and the data breaks it: nothing lands, Acme holds the signed rejection.',
      () => this.#rejected(),
    );
    await this.#step('audit', 'Each side exports its ledger. An auditor verifies both files together, offline.', () =>
      this.#audit(),
    );
    await this.#step('tamper', 'One byte of a copy is changed.', () => this.#tamper());
    this.told.ok = true;
  }

  async #step(name: string, line: string, work: () => Promise<Record<string, unknown>>): Promise<void> {
    const begun = performance.now();
    const number = String(this.told.steps.length + 1).padStart(2);
    this.#say(`\n${number}. ${line}`);
    const seconds = () => Math.round(performance.now() - begun) / 1000;
    try {
      const found = await work();
      this.told.steps.push({ name, ok: true, seconds: seconds(), ...found });
    } catch (error) {
      this.told.steps.push({ name, ok: false, seconds: seconds(), error: CounterfoilError.from(error).toBody() });
      throw error;
    }
  }

  #fact(text: string): void {
    this.#say(`    ${text}`);
  }

  async #gateways(): Promise<Record<string, unknown>> {
    await Promise.all([
      this.#stage.gateway('acme', ACME, 'Acme'),
      this.#stage.gateway('vendor', VENDOR, 'Vendor AI'),
      this.#stage.gateway('lab', LAB, 'Lab'),
    ]);
    const fingerprints = await Promise.all(
      ['acme', 'vendor', 'lab'].map(async (name) => (await this.#stage.run(name, ['status'])).json.fingerprint),
    );
    this.#fact(`acme   key ${String(fingerprints[0]).slice(0, 16)}…`);
    this.#fact(`vendor key ${String(fingerprints[1]).slice(0, 16)}…`);
    this.#fact(`lab    key ${String(fingerprints[2]).slice(0, 16)}…`);
    return {};
  }

  async #meetOnline(): Promise<Record<string, unknown>> {
    const { json } = await this.#stage.run('acme', ['invite', 'create', '--for', VENDOR]);
    const invite = json.invite as string;
    this.#fact(
      `invite ${invite.slice(0, 28)}… (${invite.length} characters, works once, expires ${String(json.expiresAt)})`,
    );
    await this.#stage.run('vendor', ['invite', 'accept', invite]);
    return { words: await this.#confirm('vendor', VENDOR) };
  }

  async #meetByTexts(): Promise<Record<string, unknown>> {
    const { json } = await this.#stage.run('acme', ['invite', 'create', '--exchange', '--for', LAB]);
    const accepted = await this.#stage.run('lab', ['invite', 'accept', json.invite as string, '--exchange']);
    await this.#stage.run('acme', ['invite', 'accept', accepted.json.reply as string]);
    return { words: await this.#confirm('lab', LAB) };
  }

  /** Waits until both sides know the words, compares them, and confirms on both. */
  async #confirm(other: string, id: string): Promise<string> {
    const here = await this.#until('acme', ['peer', 'show', id], ({ words }) => words !== null);
    const there = await this.#until(other, ['peer', 'show', ACME], ({ words }) => words !== null);
    must(here.words === there.words, 'both sides show the same six words');
    this.#fact(`"${String(here.words)}"`);
    await this.#stage.run('acme', ['peer', 'confirm', id, '--words', String(here.words)]);
    await this.#stage.run(other, ['peer', 'confirm', ACME, '--words', String(there.words)]);
    await this.#until('acme', ['peer', 'show', id], ({ state }) => state === 'active');
    await this.#until(other, ['peer', 'show', ACME], ({ state }) => state === 'active');
    return String(here.words);
  }

  async #flights(): Promise<Record<string, unknown>> {
    const contract = this.#stage.file('flights.contract.yaml', FLIGHTS_CONTRACT);
    const requirements = this.#stage.file('flights.requirements.yaml', FLIGHTS_REQUIREMENTS);
    await this.#stage.run('acme', ['dataset', 'add', 'flights', '--source', flightsFile(), '--contract', contract]);
    const { json: published } = await this.#stage.run('acme', ['dataset', 'publish', 'flights']);
    this.#fact(`published ${count(published.rows)} rows as ${short(published.version)}`);
    const { json: again } = await this.#stage.run('acme', ['dataset', 'publish', 'flights']);
    must(again.unchanged === true && again.version === published.version, 'publishing unchanged rows makes no version');
    await this.#stage.run('vendor', ['requirements', 'set', requirements, '--peer', ACME, '--dataset', 'flights']);
    const agreement = await this.#agree('vendor', VENDOR, 'flights', [
      '--purpose',
      'evaluation of delay models',
      '--retain',
      '30d',
    ]);
    const transfer = await this.#transfer('vendor', agreement, 'receipted');
    const rows = await this.#readBack(transfer.landed as string);
    must(rows === published.rows, `all ${String(published.rows)} rows are read back`);
    this.#fact(`landed and read back: ${count(rows)} rows, ${megabytes(transfer.bytes)} in ${transfer.seconds} s`);
    return { version: published.version, rows };
  }

  async #blocked(): Promise<Record<string, unknown>> {
    const source = this.#stage.file('customers.csv', customersCsv(CUSTOMER_ROWS));
    const contract = this.#stage.file('customers.contract.yaml', CUSTOMERS_CONTRACT);
    const requirements = this.#stage.file('customers.requirements.yaml', CUSTOMERS_REQUIREMENTS);
    await this.#stage.run('acme', ['dataset', 'add', 'customers', '--source', source, '--contract', contract]);
    await this.#stage.run('acme', ['dataset', 'publish', 'customers']);
    await this.#stage.run('vendor', ['requirements', 'set', requirements, '--peer', ACME, '--dataset', 'customers']);
    const { json } = await this.#stage.run(
      'acme',
      ['agreement', 'offer', '--peer', VENDOR, '--dataset', 'customers'],
      1,
    );
    const error = json.error as { code: string; message: string };
    must(error.code === 'agreement.blocked', 'the offer is blocked');
    this.#fact(error.message);
    return { code: error.code };
  }

  async #refused(): Promise<Record<string, unknown>> {
    const keep = PERSONAL.flatMap((column) => ['--mask', `${column}=keep`]);
    const agreement = await this.#agree('vendor', VENDOR, 'customers', keep);
    const transfer = await this.#transfer('vendor', agreement, 'refused');
    must(transfer.bytes === 0, 'no byte has left');
    const [reason] = transfer.reasons as { code: string; message: string }[];
    this.#fact(reason?.message ?? '');
    await this.#stage.run('acme', ['agreement', 'terminate', agreement, '--reason', 'offered again with masks']);
    return { state: transfer.state, bytes: transfer.bytes };
  }

  async #masked(): Promise<Record<string, unknown>> {
    const masks = [
      '--mask',
      'customer_id=keep',
      '--mask',
      'email=token',
      '--mask',
      'phone=partial:4',
      '--mask',
      'birth_date=generalise_date:year',
      '--drop',
      'full_name',
    ];
    const agreement = await this.#agree('vendor', VENDOR, 'customers', masks);
    const transfer = await this.#transfer('vendor', agreement, 'receipted');
    const first = await this.#firstRow(transfer.landed as string);
    this.#fact(`landed ${count(transfer.rows)} rows; the first one: ${JSON.stringify(first)}`);
    return { state: transfer.state, rows: transfer.rows };
  }

  async #sameData(): Promise<Record<string, unknown>> {
    const masks = [
      '--mask',
      'customer_id=keep',
      '--mask',
      'email=drop',
      '--mask',
      'phone=null',
      '--mask',
      'full_name=token',
      '--mask',
      'birth_date=generalise_date:month',
    ];
    const agreement = await this.#agree('lab', LAB, 'customers', masks);
    const transfer = await this.#transfer('lab', agreement, 'receipted');
    const [vendor, lab] = await Promise.all([this.#columns(VENDOR), this.#columns(LAB)]);
    const shared = [...vendor.keys()].filter((column) => lab.has(column) && vendor.get(column) === lab.get(column));
    const differ = [...vendor.keys()].filter((column) => lab.has(column) && vendor.get(column) !== lab.get(column));
    must(
      ['customer_id', 'city', 'plan', 'spend'].every((column) => shared.includes(column)),
      'unmasked columns have equal roots',
    );
    this.#fact(`same data, provably: ${shared.join(', ')}`);
    this.#fact(`masked for one or both: ${differ.join(', ')}`);
    return { state: transfer.state, same: shared, masked: differ };
  }

  /** Column roots of the view of the customers that a peer got, from what Acme signed. */
  async #columns(peer: string): Promise<Map<string, string>> {
    const { json } = await this.#stage.run('acme', ['transfer', 'list']);
    const sent = (json.transfers as { id: string; peer: string; dataset: string; state: string }[]).find(
      (transfer) => transfer.peer === peer && transfer.dataset === 'customers' && transfer.state === 'receipted',
    );
    const { json: shown } = await this.#stage.run('acme', ['transfer', 'show', sent?.id ?? '']);
    const columns = (shown.view as { columns: { name: string; root: string }[] } | null)?.columns ?? [];
    return new Map(columns.map(({ name, root }) => [name, root]));
  }

  async #rejected(): Promise<Record<string, unknown>> {
    const requirements = this.#stage.file('lab.requirements.yaml', CUSTOMERS_PRIVATE_RULE);
    await this.#stage.run('lab', ['requirements', 'set', requirements, '--peer', ACME, '--dataset', 'customers']);
    const masks = PERSONAL.flatMap((column) =>
      column === 'customer_id' ? ['--mask', 'customer_id=keep'] : ['--drop', column],
    );
    const agreement = await this.#agree('lab', LAB, 'customers', masks);
    const transfer = await this.#transfer('lab', agreement, 'rejected');
    must(transfer.landed === null, 'nothing has landed');
    const mine = await this.#until(
      'acme',
      ['transfer', 'show', String(transfer.id)],
      ({ state }) => state === 'rejected',
    );
    const [reason] = mine.reasons as { message: string }[];
    this.#fact(`Acme reads: ${reason?.message ?? ''}`);
    const { json } = await this.#stage.run('acme', ['ledger', 'list', '--peer', LAB]);
    const entry = (json.entries as { type: string; seq: number; entry: { transfer?: string } }[]).find(
      ({ type, entry: { transfer: id } }) => type === 'receipt.recorded' && id === transfer.id,
    );
    must(entry !== undefined, "the rejection is in Acme's ledger");
    return { state: transfer.state, entry: entry?.seq };
  }

  async #audit(): Promise<Record<string, unknown>> {
    const [acme, vendor] = this.#bundles();
    await this.#stage.run('acme', ['audit', 'export', '--peer', VENDOR, '--out', acme]);
    await this.#stage.run('vendor', ['audit', 'export', '--peer', ACME, '--out', vendor]);
    const { json } = await this.#stage.run('acme', ['audit', 'verify', acme, vendor]);
    must(json.ok === true, 'both ledgers agree');
    this.told.audit = { ok: true, entries: json.entries as number };
    this.#fact(`${String(json.verdict)}: ${count(json.entries)} entries, no fault`);
    return { entries: json.entries, verdict: json.verdict };
  }

  async #tamper(): Promise<Record<string, unknown>> {
    const [acme, vendor] = this.#bundles();
    const bytes = readFileSync(acme);
    const at = bytes.indexOf('"type":"transfer.offered"') + 10;
    bytes[at]! ^= 1;
    const copy = join(this.#stage.dir, 'acme.tampered.tar');
    writeFileSync(copy, bytes);
    const { json } = await this.#stage.run('acme', ['audit', 'verify', copy, vendor], 1);
    const [fault] = json.faults as { class: string; log: string; seq: number | null; message: string }[];
    must(json.ok === false && fault !== undefined, 'the change is found');
    this.told.tamper = { detected: true, class: String(fault?.class) };
    this.#fact(`found: ${fault?.class}, entry ${fault?.seq} of ${fault?.log}: ${fault?.message}`);
    return { class: fault?.class };
  }

  #bundles = (): [string, string] => [join(this.#stage.dir, 'acme.tar'), join(this.#stage.dir, 'vendor.tar')];

  /** Acme offers, the other side accepts; the id of the active agreement. */
  async #agree(other: string, peer: string, dataset: string, options: readonly string[]): Promise<string> {
    const { json } = await this.#stage.run('acme', [
      'agreement',
      'offer',
      '--peer',
      peer,
      '--dataset',
      dataset,
      ...options,
    ]);
    const id = json.id as string;
    await this.#until(other, ['agreement', 'list'], ({ agreements }) =>
      (agreements as { id: string }[]).some((each) => each.id === id),
    );
    await this.#stage.run(other, ['agreement', 'accept', id]);
    await this.#until('acme', ['agreement', 'show', id], ({ state }) => state === 'active');
    await this.#until(other, ['agreement', 'show', id], ({ state }) => state === 'active');
    return id;
  }

  /** The consumer starts a transfer and waits for its end, which has to be `expected`. */
  async #transfer(
    consumer: string,
    agreement: string,
    expected: string,
  ): Promise<Record<string, unknown> & TransferLine> {
    const begun = performance.now();
    const { json: started } = await this.#stage.run(consumer, ['transfer', 'start', agreement]);
    const ended = await this.#until(consumer, ['transfer', 'show', String(started.id)], ({ final }) => final === true);
    const line = {
      ...{
        id: String(ended.id),
        dataset: String(ended.dataset),
        version: String(ended.version),
        state: String(ended.state),
      },
      ...{ rows: Number(ended.rows), bytes: Number(ended.bytes) },
      seconds: Math.round(performance.now() - begun) / 1000,
    };
    this.told.transfers.push(line);
    must(
      ended.state === expected,
      `the transfer is ${expected} (it is ${String(ended.state)}: ${JSON.stringify(ended.reasons)})`,
    );
    return { ...ended, ...line };
  }

  /** Asks again until it is so. */
  async #until(
    gateway: string,
    args: readonly string[],
    so: (json: Record<string, unknown>) => boolean,
  ): Promise<Record<string, unknown>> {
    const end = performance.now() + WAIT_MS;
    for (;;) {
      const { json } = await this.#stage.run(gateway, args);
      if (so(json)) return json;
      if (performance.now() > end)
        throw new CounterfoilError(
          'internal',
          `Waited in vain: ${args.join(' ')} on ${gateway} says ${JSON.stringify(json).slice(0, 400)}`,
        );
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  async #readBack(folder: string): Promise<number> {
    const source = await openSource({ name: 'landed', uri: join(folder, '*.parquet') }, { scratch: this.#stage.dir });
    let rows = 0;
    for await (const batch of source.batches()) rows += batch.rows;
    await source.close();
    return rows;
  }

  /** The first row of what landed, as a reader of Parquet sees it. */
  async #firstRow(folder: string): Promise<Record<string, unknown>> {
    const source = await openSource({ name: 'landed', uri: join(folder, '*.parquet') }, { scratch: this.#stage.dir });
    try {
      const batches = source.batches();
      const first = await batches.next();
      if (first.done) return {};
      const cells = source.schema.fields.map(({ name }, at) => [
        name,
        String(columnReader(first.value.columns[at]!).value(0)),
      ]);
      return Object.fromEntries(cells) as Record<string, unknown>;
    } finally {
      await source.close();
    }
  }
}

const WAIT_MS = 60_000;
const LOOK_MS = 100;

function must(so: boolean, what: string): void {
  if (!so) throw new CounterfoilError('internal', `The demo expected that ${what}.`, { hint: 'Please report this.' });
}

const count = (value: unknown): string => Number(value).toLocaleString('en-US');
const short = (version: unknown): string => `${String(version).slice(0, 12)}…`;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** The flights of the package vega-datasets, which nobody here made. It comes with the development dependencies. */
function flightsFile(): string {
  // Its package.json is not among its exports, so the folder is looked for where Node would.
  const folders = createRequire(import.meta.url).resolve.paths('vega-datasets') ?? [];
  const found = folders
    .map((folder) => join(folder, 'vega-datasets', 'data', 'flights-3m.parquet'))
    .find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new CounterfoilError(
    'source.missing',
    'The flights of the demo come with the development dependencies, which are not installed.',
    {
      hint: 'Run npm ci in a checkout of the project, then npm run demo.',
    },
  );
}
