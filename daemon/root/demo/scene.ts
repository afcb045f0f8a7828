import { CounterfoilError } from '../../foundation/index.js';
import type { Stage } from './stage.js';

export const ACME = 'acme.example';
export const VENDOR = 'vendor.example';
export const LAB = 'lab.example';

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

/** What the acts of the story share: the stage, what has been told, and what people do between two gateways. */
export class Scene {
  readonly stage: Stage;
  readonly told: Told = {
    ok: false,
    steps: [],
    transfers: [],
    audit: { ok: false, entries: 0 },
    tamper: { detected: false, class: '' },
  };
  readonly say: (text: string) => void;

  constructor(stage: Stage, say: (text: string) => void) {
    this.stage = stage;
    this.say = say;
  }

  /** Tells something that an act has found. */
  fact(text: string): void {
    this.say(`    ${text}`);
  }

  /** Acme offers, the other side accepts; the id of the active agreement. */
  async agree(other: string, peer: string, dataset: string, options: readonly string[]): Promise<string> {
    const { json } = await this.stage.run('acme', [
      'agreement',
      'offer',
      '--peer',
      peer,
      '--dataset',
      dataset,
      ...options,
    ]);
    const id = json.id as string;
    await this.until(other, ['agreement', 'list'], ({ agreements }) =>
      (agreements as { id: string }[]).some((each) => each.id === id),
    );
    await this.stage.run(other, ['agreement', 'accept', id]);
    await this.until('acme', ['agreement', 'show', id], ({ state }) => state === 'active');
    await this.until(other, ['agreement', 'show', id], ({ state }) => state === 'active');
    return id;
  }

  /** The consumer starts a transfer and waits for its end, which has to be `expected`. */
  async transfer(
    consumer: string,
    agreement: string,
    expected: string,
  ): Promise<Record<string, unknown> & TransferLine> {
    const begun = performance.now();
    const { json: started } = await this.stage.run(consumer, ['transfer', 'start', agreement]);
    const ended = await this.until(consumer, ['transfer', 'show', String(started.id)], ({ final }) => final === true);
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
  async until(
    gateway: string,
    args: readonly string[],
    so: (json: Record<string, unknown>) => boolean,
  ): Promise<Record<string, unknown>> {
    const end = performance.now() + WAIT_MS;
    for (;;) {
      const { json } = await this.stage.run(gateway, args);
      if (so(json)) return json;
      if (performance.now() > end)
        throw new CounterfoilError(
          'internal',
          `Waited in vain: ${args.join(' ')} on ${gateway} says ${JSON.stringify(json).slice(0, 400)}`,
        );
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}

const WAIT_MS = 60_000;
const LOOK_MS = 100;

export function must(so: boolean, what: string): void {
  if (!so) throw new CounterfoilError('internal', `The demo expected that ${what}.`, { hint: 'Please report this.' });
}

export const count = (value: unknown): string => Number(value).toLocaleString('en-US');
