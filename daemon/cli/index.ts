export { type Io, processIo } from './io.js';
export type { Parts } from './program.js';
export { runCli } from './run.js';
export { nextSignal } from './signals.js';
