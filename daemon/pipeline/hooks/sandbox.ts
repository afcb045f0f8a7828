import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';

/**
 * Runs in namespaces of its own: no process of the machine can be seen, none that it starts outlives it, there is no
 * network unless it is wanted, and in place of what is hidden there are empty folders. A folder `hooks` in one of them
 * stays. The rights that made the mounts are given up before the command runs, so that it cannot undo them.
 * Arguments: how many are hidden, the folders, then the command.
 */
const SCRIPT = `
count=$1; shift
while [ "$count" -gt 0 ]; do
  place=$1; shift; count=$((count - 1))
  [ -d "$place" ] || continue
  if [ -d "$place/hooks" ]; then mkdir -p .kept && mount --bind "$place/hooks" .kept; fi
  mount -t tmpfs -o mode=755 none "$place" || exit 125
  if mountpoint -q .kept; then mkdir "$place/hooks" && mount --move .kept "$place/hooks" || exit 125; fi
done
exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all -- "$@"
`;

/** A command line that runs a command isolated. */
export function isolated(command: readonly string[], hidden: readonly string[], network: boolean): string[] {
  return [
    ...['unshare', '--user', '--map-root-user', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--ipc'],
    ...(network ? [] : ['--net']),
    ...['/bin/sh', '-c', SCRIPT, 'sh', String(hidden.length), ...hidden],
    ...command,
  ];
}

let possible: boolean | undefined;

/** Whether this machine lets the gateway isolate a process. Asked once. */
export function canIsolate(): boolean {
  possible ??= probe();
  return possible;
}

function probe(): boolean {
  const [program, ...args] = isolated(['/bin/true'], [], false);
  return spawnSync(program!, args, { stdio: 'ignore', timeout: 10_000, env: HOOK_PATH }).status === 0;
}

/** All of the environment that a hook gets by itself. */
export const HOOK_PATH = {
  PATH: `/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:${dirname(process.execPath)}`,
  LANG: 'C.UTF-8',
};
