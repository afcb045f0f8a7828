import { readdirSync, readFileSync } from 'node:fs';

interface Process {
  parent: number;
  group: number;
  pages: number;
}

/**
 * Bytes of memory that a process, those it started, and those of its group hold, by /proc; undefined on systems without.
 */
export function memoryOf(pid: number): number | undefined {
  const all = processes();
  if (all === undefined) return undefined;
  const mine = new Set([pid]);
  for (let before = 0; before !== mine.size; ) {
    before = mine.size;
    for (const [id, { parent, group }] of all) if (mine.has(parent) || group === pid) mine.add(id);
  }
  let pages = 0;
  for (const id of mine) pages += all.get(id)?.pages ?? 0;
  return pages * 4096;
}

function processes(): Map<number, Process> | undefined {
  let names: string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return undefined;
  }
  const all = new Map<number, Process>();
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // pid (name) state ppid pgrp …; the name may hold anything, a bracket too. Field 24 is the resident set in pages.
      const text = readFileSync(`/proc/${name}/stat`, 'latin1');
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      all.set(Number(name), { parent: Number(fields[1]), group: Number(fields[2]), pages: Number(fields[21]) });
    } catch {
      // It has ended meanwhile.
    }
  }
  return all.size === 0 ? undefined : all;
}
