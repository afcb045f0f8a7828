import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { homePaths } from '../../daemon/config/home.js';
import { orgId, systemClock } from '../../daemon/foundation/index.js';
import { Identity } from '../../daemon/identity/index.js';
import { repoRoot } from './repo.js';

export interface HomeOptions {
  /** False: a gateway that others cannot dial. */
  reachable?: boolean;
  /** Entries of config.yaml beside id, name and addresses. */
  config?: object;
}

/** Keys are slow to make. Those of an organisation are made once for all tests of a build, and copied. */
async function keysOf(id: string): Promise<string> {
  const cache = join(repoRoot, 'dist', 'test-keys');
  const made = join(cache, id);
  if (existsSync(made)) return made;
  mkdirSync(cache, { recursive: true });
  const home = mkdtempSync(join(cache, 'new-'));
  const hosts = ['127.0.0.1'];
  (await Identity.create({ home, id: orgId(id), hosts, clock: systemClock })).close();
  try {
    renameSync(join(home, 'keys'), made);
  } catch (error) {
    if (!existsSync(made)) throw error; // another process was quicker
  }
  rmSync(home, { recursive: true });
  return made;
}

/** A home as `init` makes it, on ports of its own that stay the same over restarts. */
export async function makeHome(folder: string, id: string, { reachable = true, config = {} }: HomeOptions = {}) {
  const paths = homePaths(folder);
  for (const each of [paths.root, paths.store, paths.quarantine, paths.landing]) mkdirSync(each, { recursive: true });
  cpSync(await keysOf(id), paths.keys, { recursive: true });
  const listen = reachable
    ? { peer: `127.0.0.1:${await freePort()}`, enrol: `127.0.0.1:${await freePort()}`, admin: '127.0.0.1:0' }
    : { peer: 'none', enrol: 'none', admin: '127.0.0.1:0' };
  const own = { id, org: `The ${id} company`, listen, ...(reachable && { advertise: '127.0.0.1' }) };
  // JSON is YAML.
  writeFileSync(paths.config, JSON.stringify({ ...own, ...config }));
  return paths;
}

/** A port of the loopback interface that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
