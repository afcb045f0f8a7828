import { isIP } from 'node:net';
import { vinChecked } from './checksums.js';

const MAC = /^(?:[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})$/i;

/** An IPv4 or IPv6 address, with a port or a prefix length if need be. */
export function isAddress(text: string): boolean {
  const bare = text.replace(/\/\d{1,3}$/, '').replace(/^\[(.*)\](?::\d+)?$/, '$1');
  if (isIP(bare) !== 0) return bare.length > 4;
  return isIP(bare.replace(/:\d{1,5}$/, '')) === 4;
}

/** Versions are dotted quads too, of small numbers. */
export function isWideAddress(text: string): boolean {
  return text.includes(':') || text.split(/[./:]/).some((part) => Number(part) >= 32);
}

export function isMac(text: string): boolean {
  return MAC.test(text) && !/^(?:00[:-]?)+$/.test(text);
}

/** 17 letters and digits without I, O and Q (ISO 3779); checked where the check digit holds. */
export function isVin(text: string): boolean {
  return /^[A-HJ-NPR-Z0-9]{17}$/.test(text) && /[A-Z]/.test(text) && vinChecked(text);
}

const PROFILE =
  /^(?:https?:\/\/)?(?:[\w-]+\.)?(?:linkedin\.com\/in\/|facebook\.com\/|fb\.com\/|instagram\.com\/|twitter\.com\/|x\.com\/|github\.com\/|t\.me\/|tiktok\.com\/@|youtube\.com\/@|xing\.com\/profile\/)[\w.%@-]{2,}\/?(?:\?.*)?$/i;
const WITH_USER = /^[a-z][a-z0-9+.-]*:\/\/[^\s/@:]+(?::[^\s/@]*)?@[^\s/]+/i;
const HOME = /^https?:\/\/[^\s/]+\/(?:~|users?\/|people\/|profiles?\/|members?\/|u\/|@)[\w.%-]{2,}/i;

export function isProfileUrl(text: string): boolean {
  return PROFILE.test(text) || HOME.test(text);
}

export function isUrlWithUser(text: string): boolean {
  return WITH_USER.test(text);
}
