import { printable } from '../../foundation/index.js';
import type { Profile } from './profile.js';
import type { Contained } from './rules/contains.js';
import type { Verdict } from './verdict.js';

/** Why a column is thought to be of a kind, in words: no value of the data is among them. */
export function evidenceOf(verdict: Verdict, profile: Profile, counted: number | undefined): string {
  const parts: string[] = [];
  if (verdict.header !== undefined) parts.push(`header ${printable(profile.leaf.label)}`);
  if (profile.cells === 0) parts.push('no values to look at');
  else if (counted !== undefined)
    parts.push(`${percent(counted / profile.cells)} of values are ${verdict.noun}${chanceOf(verdict)}`);
  else if (verdict.share > 0)
    parts.push(`${percent(verdict.share)} of ${valuesOf(profile)} are ${verdict.noun}${chanceOf(verdict)}`);
  if (verdict.neighbour !== undefined)
    parts.push(
      `beside ${verdict.neighbour === 'an address' ? 'an address' : `column ${printable(verdict.neighbour)}`}`,
    );
  return parts.join('; ');
}

export function evidenceInside({ cells, why }: Contained, profile: Profile): string {
  return `${cells.toLocaleString('en')} of ${profile.cells.toLocaleString('en')} values ${cells === 1 ? 'has' : 'have'} ${why} in ${cells === 1 ? 'it' : 'them'}`;
}

function valuesOf(profile: Profile): string {
  return profile.distinct > profile.sampled ? `${profile.sampled} distinct values looked at` : 'values';
}

function chanceOf({ chance }: Verdict): string {
  return chance === undefined ? '' : ` (by chance ${percent(chance)} would be)`;
}

function percent(share: number): string {
  const tenths = Math.round(share * 1000) / 10;
  return `${tenths === 100 && share < 1 ? 99.9 : tenths} %`;
}
