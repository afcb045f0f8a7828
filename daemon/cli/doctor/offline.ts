import { readdirSync, statfsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Address, type Config, formatAddress, type HomePaths } from '../../config/index.js';
import { LIMITS } from '../../foundation/index.js';
import { bytes } from '../text.js';
import { type Finding, fault, ok, warning } from './finding.js';

/** What can be seen of a home from outside its daemon. */
export function homeFindings(config: Config): Finding[] {
  const { paths } = config;
  return [
    ok('config', `${paths.config} is sound.`),
    ...config.warnings.map((text) => warning('config', text, 'Unset it, or correct its name.')),
    ...keyFindings(paths),
    diskFinding(paths),
    clockFinding(paths),
  ];
}

function keyFindings(paths: HomePaths): Finding[] {
  const files = listed(paths.keys);
  if (!files.includes('org.key') || !files.includes('admin.token'))
    return [
      fault('keys', {
        message: `The keys of this gateway are not complete in ${paths.keys}.`,
        hint: 'Restore keys/ from the backup of this home.',
      }),
    ];
  const open = files.filter((name) => (statSync(join(paths.keys, name)).mode & 0o077) !== 0);
  if (open.length === 0) return [ok('keys', `Only their owner can read the ${files.length} files of keys/.`)];
  return open.map((name) =>
    fault('keys', {
      message: `Others on this machine can read keys/${name}.`,
      hint: `Run: chmod 600 ${join(paths.keys, name)}`,
    }),
  );
}

function diskFinding(paths: HomePaths): Finding {
  const { bavail, bsize } = statfsSync(paths.root);
  const free = bavail * bsize;
  const message = `${bytes(free)} are free on the disk of ${paths.root}.`;
  const hint = 'Free space: without it nothing can be recorded, and so nothing is exchanged.';
  if (free < LIMITS.diskFaultBytes) return fault('disk', { message, hint });
  return free < LIMITS.diskWarningBytes ? warning('disk', message, hint) : ok('disk', message);
}

/** Files of the home that are from the future give a clock away that was set back. */
function clockFinding(paths: HomePaths): Finding {
  const newest = Math.max(0, ...listed(paths.root).map((name) => statSync(join(paths.root, name)).mtimeMs));
  if (newest <= Date.now() + LIMITS.clockSkewMs) return ok('clock', 'The clock is not behind the files of this home.');
  return fault('clock', {
    message: `The clock says ${new Date().toISOString()}, and this home was written to at ${new Date(newest).toISOString()}.`,
    hint: 'Set the clock of this machine, best by a time service.',
  });
}

/** Whether the addresses of a daemon that does not run are there to be listened on. */
export async function portFindings({ listen }: Config): Promise<Finding[]> {
  const entries = [
    ['listen.peer', listen.peer],
    ['listen.enrol', listen.enrol],
    ['listen.admin', listen.admin],
  ] as const;
  const found = entries.map(([entry, address]) => (address === null ? undefined : portFinding(entry, address)));
  return (await Promise.all(found)).filter((finding) => finding !== undefined);
}

async function portFinding(entry: string, address: Address): Promise<Finding> {
  const at = `${formatAddress(address)} (${entry})`;
  const code = await tryToListen(address);
  if (code === undefined) return ok('ports', `${at} is free.`);
  if (code === 'EADDRINUSE')
    return fault('ports', {
      message: `Another program listens on ${at}.`,
      hint: 'Stop the other program, or give another port in config.yaml.',
    });
  return fault('ports', {
    message: `This machine cannot listen on ${at}: ${code}.`,
    hint: `Correct ${entry} in config.yaml.`,
  });
}

function tryToListen({ host, port }: Address): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port }, () => server.close(() => resolve(undefined)));
  });
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
