import type { Json } from '../../../foundation/index.js';
import type { Quality } from '../shape/quality.js';

/** Words for a severity that are less than an error. Every other word is one, so that nothing weakens unnoticed. */
const MILDER: Record<string, 'warn' | 'info'> = {
  warn: 'warn',
  warning: 'warn',
  medium: 'warn',
  moderate: 'warn',
  minor: 'warn',
  low: 'info',
  info: 'info',
  information: 'info',
  informational: 'info',
  notice: 'info',
  trivial: 'info',
};

/** The longest description that a rule carries; the contract keeps the whole. */
const DESCRIPTION_CHARS = 1000;

/** Severity and description of a quality rule, as rules have them. */
export function commonOf({ severity, description }: Quality): Record<string, Json> {
  const milder = severity === undefined ? undefined : MILDER[severity.trim().toLowerCase()];
  return {
    ...(milder === undefined ? {} : { severity: milder }),
    ...(description === undefined || description === '' ? {} : { description: short(description) }),
  };
}

const short = (text: string): string => {
  const whole = text.trim();
  if (whole.length <= DESCRIPTION_CHARS) return whole;
  return `${whole.slice(0, DESCRIPTION_CHARS - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
};
