/**
 * A hook as config.yaml defines it: an organisation's own validation code. Plain data, so that it can be sent to a
 * worker thread.
 */
export interface Hook {
  /** A JavaScript module that exports a function `check`, absolute path. */
  module?: string;
  /** Or an executable and its arguments; the executable is an absolute path. */
  command?: readonly string[];
  timeoutMs: number;
  /** Resident memory of the hook and all processes that it starts. */
  memoryBytes: number;
  /** False: an executable runs with the rights of the gateway. */
  isolate: boolean;
  /** True: it may use the network. */
  network: boolean;
}

/** The hooks of a gateway by name, and what they are kept from. */
export interface Hooks {
  byName: Readonly<Record<string, Hook>>;
  /** Folders that a hook must not see, absolute: the home, where data lands. */
  hidden: readonly string[];
}

/** What a hook is told beside the rows, as JSON in the environment variable COUNTERFOIL_HOOK. */
export interface HookCall {
  v: 1;
  hook: string;
  rule: string;
  side: 'provider' | 'consumer';
  version: string;
  arguments: Readonly<Record<string, string | number | boolean>>;
}
