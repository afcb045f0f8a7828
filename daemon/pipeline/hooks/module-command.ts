import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HookCall } from './hook.js';

/** Node renamed the flag when it took it out of trial. */
const PERMISSION = Number(process.versions.node.split('.')[0]) >= 24 ? '--permission' : '--experimental-permission';

/**
 * A command line that runs a JavaScript module as a hook, in a Node process that may read the module's folder and this
 * program, and may neither write files nor start processes or threads.
 */
export function moduleCommand(
  module: string,
  call: HookCall,
  memoryBytes: number,
  hidden: readonly string[],
): string[] {
  const entry = fileURLToPath(new URL('./module-entry.js', import.meta.url));
  const arrow = realpathSync(dirname(createRequire(import.meta.url).resolve('apache-arrow')));
  const packages = arrow.slice(0, arrow.lastIndexOf(`${sep}node_modules${sep}`) + `${sep}node_modules${sep}`.length);
  const own = dirname(realpathSync(module));
  // A module that lies beside what is hidden is let read itself alone.
  const isBeside = hidden.some((place) => `${place}${sep}`.startsWith(`${own}${sep}`));
  const readable = [join(dirname(entry), '*'), join(packages, '*'), isBeside ? realpathSync(module) : join(own, '*')];
  return [
    process.execPath,
    '--no-warnings',
    PERMISSION,
    ...readable.map((path) => `--allow-fs-read=${path}`),
    `--max-old-space-size=${Math.max(16, Math.floor((memoryBytes / 1024 / 1024) * 0.75))}`,
    entry,
    realpathSync(module),
    JSON.stringify(call),
  ];
}
