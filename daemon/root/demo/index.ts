import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Parts } from '../../cli/index.js';
import { CounterfoilError } from '../../foundation/index.js';
import { Scene, type Told } from './scene.js';
import { Stage } from './stage.js';
import { tell } from './story.js';

interface Options {
  /** Where to play; a temporary folder, removed at the end, unless given. */
  dir?: string;
  keep: boolean;
  say(text: string): void;
  /** The program that the daemons run. */
  program: string;
  /** The work behind the commands that need no daemon. */
  parts: Omit<Parts, 'nextSignal'>;
}

/** Plays the story in a folder with three real daemons. `ok` only if every step of it was as it has to be. */
export async function demo({ dir, keep, say, program, parts }: Options): Promise<Told> {
  const folder = dir ?? mkdtempSync(join(tmpdir(), 'counterfoil-demo-'));
  const stage = new Stage(folder, program, parts);
  const scene = new Scene(stage, say);
  say('Two organisations exchange a dataset, both check it, and both keep the proof.');
  try {
    await tell(scene);
    say(`\nAll of it is so. ${keep ? keptText(folder) : nextText}`);
  } catch (error) {
    const { message, hint } = CounterfoilError.from(error);
    say(`\nThe story stops here: ${message} ${hint}`);
  } finally {
    if (keep) stage.leave();
    else await stage.close();
    if (dir === undefined && !keep) rmSync(folder, { recursive: true, force: true });
  }
  return scene.told;
}

const nextText = `What to try next:
  npm run demo -- --keep                       leaves the gateways running, and says how to look at them
  node dist/daemon/main.js --help              every command
  docs/OPERATOR.md                             your own gateway, in five minutes`;

const keptText = (folder: string) => `The gateways keep running in ${folder}. Look at them:
  node dist/daemon/main.js --home ${join(folder, 'acme')} status
  node dist/daemon/main.js --home ${join(folder, 'vendor')} transfer list
  node dist/daemon/main.js --home ${join(folder, 'acme')} ledger list --peer vendor.example
Stop one with: kill $(node -p "require('${join(folder, 'acme')}/run.json').pid")`;
