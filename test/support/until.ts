import { setTimeout as wait } from 'node:timers/promises';

/** Resolves when the condition holds; fails after `mostMs`, saying what was waited for. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, mostMs = 60_000): Promise<void> {
  const end = Date.now() + mostMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited ${mostMs} ms for: ${what}`);
    await wait(5);
  }
}
