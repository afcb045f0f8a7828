export type { HookAnswer } from './answer.js';
export type { Hook, Hooks } from './hook.js';
export { runHook } from './run.js';
