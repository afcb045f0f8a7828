import { Command } from 'commander';
import type { Config } from '../config/index.js';
import type { Progress } from '../edge/index.js';
import { accessCommands } from './commands/access.js';
import { agreementCommands } from './commands/agreement.js';
import { auditCommands } from './commands/audit.js';
import { custodyCommands } from './commands/custody.js';
import { dataCommands } from './commands/data.js';
import { datasetCommands } from './commands/dataset.js';
import { doctorCommand } from './commands/doctor.js';
import { homeCommands } from './commands/home.js';
import { inviteCommands } from './commands/invite.js';
import { ledgerCommands } from './commands/ledger.js';
import { peerCommands } from './commands/peer.js';
import { transferCommands } from './commands/transfer.js';
import type { Io } from './io.js';
import { type Outcome, Session } from './session.js';

/** A gateway that runs in this process. */
export interface RunningGateway {
  /** Printed when it is ready. */
  started: { id: string; home: string; pid: number; admin: string; peer: string | null; page?: string };
  /** Makes the first administrator of the page; undefined when there are users. */
  firstToken?: string | undefined;
  /** Finishes or parks what is under way; resolves when everything is on disk and closed. */
  stop(): Promise<void>;
}

/** What a check of ledgers or bundles found. */
export interface Verified {
  ok: boolean;
  entries: number;
  faults: readonly { class: string; log: string | null; seq: number | null; culprit: string | null; message: string }[];
}

/** What several recipients of a version were given. */
export interface SameDataFound {
  ok: boolean;
  versions: readonly {
    version: string;
    deliveries: readonly { peer: string; agreement: string; transfer: string; rows: number }[];
    columns: readonly {
      from: string;
      state: string;
      given: readonly { peer: string; name: string; operator: string; root: string }[];
    }[];
  }[];
  faults: Verified['faults'];
  notes: readonly string[];
}

/** What the composition root hands to the command line: the work that needs no running daemon. Loaded when called. */
export interface Parts {
  version: string;
  /** The name of the next signal that asks this process to stop. */
  nextSignal(): Promise<string>;
  /** `restore`: also on a ledger that is an older copy than what was signed. */
  startGateway?(home: string, options?: { restore?: boolean }): Promise<RunningGateway>;
  /** Reads the ledger of a home; one channel of it where a peer is given. Changes nothing, also beside a running daemon. */
  verifyLedger?(
    config: Config,
    options: { peer?: string; progress(progress: Progress): void },
  ): Promise<Verified & { logs: readonly { origin: string; size: number; root: string }[] }>;
  /** One party's bundle, or those of both sides of one relation. `policy`: trust anchors and rules, text. */
  verifyBundles?(files: readonly string[], policy: string | undefined): Promise<Verified & VerifiedBundles>;
  /** A document that shows by itself that a log was signed in two ways. `key`: base64 of the 32 bytes that signed both. */
  verifyProof?(document: string): Promise<{ ok: boolean; origin: string; key: string }>;
  /** A provider's bundles of its relations: which columns its peers were given alike. */
  sameData?(files: readonly string[]): Promise<SameDataFound>;
  /** Tells its story as it goes. `ok`: everything was as it has to be. */
  demo?(options: { dir?: string; keep: boolean; say(text: string): void }): Promise<{ ok: boolean }>;
}

/** What a verdict over bundles says beside its faults. */
export interface VerifiedBundles {
  verdict: string;
  /** Of each log: entries under a head that the parties in `by` have signed too, and those that only its owner signed. */
  coverage: readonly { log: string; entries: number; anchored: number; by: readonly string[]; selfSigned: number }[];
  /** What witnesses and time-stamping authorities say of the general ledgers. `trusted`: named by the policy. */
  anchors: readonly { log: string; size: number; kind: string; by: string; time: string; trusted: boolean }[];
  parties: readonly { org: string; key: string | null; created: string; bundle: string }[];
  /** Steps that are under way: no faults. */
  pending: readonly string[];
  /** What only one bundle shows, as the other was made before: no faults, and not checked. */
  unseen: readonly string[];
  /** Proofs that stand alone: two signed heads of one log that cannot both be true. */
  forks: readonly { origin: string; culprit: string; document: string }[];
  notes: readonly string[];
}

/** What a command returns: an outcome to print, an exit code when it has printed itself, or nothing to say. */
export type Result = Outcome | number | undefined;

/** Makes a commander action of a handler: its session first, then arguments and options. */
export type Run = <A extends unknown[]>(
  handler: (session: Session, ...args: A) => Promise<Result>,
) => (...args: unknown[]) => Promise<void>;

/** The command line. `ended` gets the exit code of the command that ran, `help` what the parser has to say. */
export function buildProgram(
  io: Io,
  parts: Parts,
  ended: (code: number) => void,
  help: (text: string) => void,
): Command {
  const program = new Command('counterfoil')
    .description('Two organisations exchange a dataset, both check it, and both keep the proof.')
    .option('--home <dir>', 'home folder of the gateway (default: COUNTERFOIL_HOME)')
    .option('--json', 'print exactly one JSON document on stdout')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: io.out, writeErr: help })
    .exitOverride();

  const run: Run =
    (handler) =>
    async (...args) => {
      const command = args.pop() as Command;
      const session = new Session(io, command.optsWithGlobals());
      try {
        const result = await handler(session, ...(args as never));
        ended(typeof result === 'number' ? result : result === undefined ? 0 : session.print(result));
      } finally {
        await session.close();
      }
    };

  homeCommands(program, run, parts);
  doctorCommand(program, run);
  inviteCommands(program, run);
  peerCommands(program, run);
  datasetCommands(program, run);
  agreementCommands(program, run);
  transferCommands(program, run);
  dataCommands(program, run);
  custodyCommands(program, run);
  ledgerCommands(program, run, parts);
  auditCommands(program, run, parts);
  accessCommands(program, run);
  return program;
}
