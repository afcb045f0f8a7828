import type { Column } from '../../../columnar/index.js';
import { type CellTest, cellCheck } from '../cells.js';
import { defineCheck, type Place } from '../define.js';
import { storageType, textReader } from '../values/access.js';

/** Credentials by the marks that their makers give them: a fixed text to look for first, then the whole form. */
const SECRETS: readonly [mark: string, form: RegExp][] = [
  ['-----BEGIN ', /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/],
  ['AKIA', /\bAKIA[0-9A-Z]{16}\b/],
  ['ASIA', /\bASIA[0-9A-Z]{16}\b/],
  ['AIza', /\bAIza[0-9A-Za-z_-]{35}/],
  ['ghp_', /\bghp_[0-9A-Za-z]{36}\b/],
  ['gho_', /\bgho_[0-9A-Za-z]{36}\b/],
  ['ghs_', /\bghs_[0-9A-Za-z]{36}\b/],
  ['github_pat_', /\bgithub_pat_[0-9A-Za-z_]{22,}/],
  ['glpat-', /\bglpat-[0-9A-Za-z_-]{20}/],
  ['xox', /\bxox[abprs]-[0-9A-Za-z-]{10,}/],
  ['_live_', /\b(?:sk|rk|pk)_live_[0-9A-Za-z]{16,}/],
  ['npm_', /\bnpm_[0-9A-Za-z]{36}\b/],
  ['SG.', /\bSG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}/],
  ['eyJ', /\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}/],
  ['://', /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/]{1,100}:[^\s:@/]{3,200}@[^\s/]+/],
  ['AccountKey=', /AccountKey=[0-9A-Za-z+/]{40,}={0,2}/],
];

const isSecret = (text: string): boolean => SECRETS.some(([mark, form]) => text.includes(mark) && form.test(text));

export const secretAbsent = defineCheck({
  name: 'secret.absent',
  family: 'privacy',
  needs: 'nothing',
  independent: true,
  perRow: true,
  columns: 'optional',
  describe: {
    summary: 'No text holds a credential: a private key, an access key, a token, an address with a password in it.',
    counts: 'Tested: the non-null texts. Failed: those that hold one.',
    nulls: 'Not tested.',
    empty: 'Nothing to test (no rows, or no text column): fails unless allowEmpty.',
    notes:
      'Looks for the marks of known kinds (PEM, AWS, Google, GitHub, GitLab, Slack, Stripe, npm, SendGrid, Azure, JWT, URLs); a secret without one is not seen.',
    parameters: {},
    example: { id: 'no-secrets', check: 'secret.absent', columns: ['log_line'] },
  },
  params: {},
  bind: (rule, named, { schema }) => {
    const all: Place[] = schema.fields.map((field, at) => ({ ...field, at }));
    const fields = (named.length > 0 ? named : all).filter(({ type }) => storageType(type).name === 'utf8');
    return cellCheck({ rule, fields, fault: 'hold a credential', test: prepare });
  },
  meet: () => ({ params: {} }),
});

/** Most columns hold none of the marks at all: then no cell is looked at. */
function prepare(column: Column): CellTest {
  const data = column.data!;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  if (!SECRETS.some(([mark]) => bytes.includes(mark))) return () => true;
  const read = textReader(column);
  return (row) => !isSecret(read(row));
}
