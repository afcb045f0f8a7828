import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nextSignal } from '../../daemon/cli/index.js';
import type { NetworkHandlers } from '../../daemon/edge/index.js';
import type { Ledger } from '../../daemon/ledger/index.js';
import type { TransferWire, WireFrame } from '../../daemon/pipeline/transfers/index.js';
import type { Between } from '../../daemon/root/between.js';
import { startGateway } from '../../daemon/root/gateway.js';

type Frames = AsyncIterable<WireFrame>;

/**
 * A gateway that kills itself (SIGKILL) at a step of a transfer. Steps, each before and after:
 * `record TYPE`/`recorded TYPE` (ledger entry), `call METHOD`/`called METHOD` (of the peer), `answer METHOD`/`answered METHOD`
 * (to the peer), `land`/`landed` (the folder put in place), `send N`, `take N` (messages of the stream). A number alone is
 * that many steps after the start, whatever they are.
 */
class Mortal implements Between {
  readonly #dies: string;
  #steps = 0;

  constructor(dies: string) {
    this.#dies = dies;
  }

  step(name: string): void {
    this.#steps++;
    if (name !== this.#dies && this.#steps !== Number(this.#dies)) return;
    process.stderr.write(`killed at step ${this.#steps}: ${name}\n`);
    process.kill(process.pid, 'SIGKILL');
  }

  async #around<T>(before: string, after: string, work: () => Promise<T>): Promise<T> {
    this.step(before);
    const done = await work();
    this.step(after);
    return done;
  }

  wire(wire: TransferWire, { ledger }: { ledger: Ledger }): TransferWire {
    const record = ledger.record.bind(ledger);
    ledger.record = (log, draft) =>
      this.#around(`record ${draft.type}`, `recorded ${draft.type}`, () => record(log, draft));
    return {
      ...wire,
      call: (peer, method, request, options) =>
        this.#around(`call ${method}`, `called ${method}`, () => wire.call(peer, method, request, options)),
      get: (peer, ticket, options) => this.#counted('take', wire.get(peer, ticket, options)),
      put: (peer, ticket, frames, options) => wire.put(peer, ticket, this.#counted('send', frames), options),
    };
  }

  handlers({ calls, flight, ...rest }: NetworkHandlers): NetworkHandlers {
    const mortal = Object.entries(calls).map(([method, handler]) => [
      method,
      (...args: never) =>
        this.#around(`answer ${method}`, `answered ${method}`, () =>
          (handler as unknown as (...args: never) => Promise<unknown>)(...args),
        ),
    ]);
    return {
      ...rest,
      calls: Object.fromEntries(mortal) as NetworkHandlers['calls'],
      flight: { ...flight, onGet: (context, ticket) => this.#counted('send', flight.onGet(context, ticket) as Frames) },
    };
  }

  async *#counted(name: string, frames: Frames): Frames {
    let count = 0;
    for await (const frame of frames) {
      this.step(`${name} ${count++}`);
      yield frame;
    }
  }
}

const [home, dies] = process.argv.slice(2);
if (process.argv[1] === fileURLToPath(import.meta.url) && home !== undefined) {
  const mortal = new Mortal(dies ?? '');
  const { renameSync } = fs;
  fs.renameSync = (from, to) => {
    const isLanding = basename(dirname(String(from))) === '.staging';
    if (isLanding) mortal.step('land');
    renameSync(from, to);
    if (isLanding) mortal.step('landed');
  };
  syncBuiltinESMExports();
  const gateway = await startGateway(home, 'counterfoil test', { threads: 1, between: mortal });
  process.stdout.write(`${JSON.stringify(gateway.started)}\n`);
  await nextSignal();
  await gateway.stop();
  process.exit(0);
}
