import { CHECKS } from '../../daemon/pipeline/checks/index.js';
import { OPERATORS } from '../../daemon/pipeline/masks/index.js';

const FAMILIES = {
  shape: 'Shape',
  values: 'Values',
  completeness: 'Completeness',
  distribution: 'Distribution',
  privacy: 'Privacy',
  own: 'Own code',
} as const;

const list = (parameters: Readonly<Record<string, string>>): string =>
  Object.entries(parameters)
    .map(([name, text]) => `- \`${name}\`: ${text}`)
    .join('\n');

function checkText(check: (typeof CHECKS)[number]): string {
  const { summary, counts, nulls, empty, notes, parameters, example } = check.describe;
  const parts = [
    `### \`${check.name}\``,
    summary,
    ...(Object.keys(parameters).length > 0 ? [list(parameters)] : []),
    [
      `*Counts.* ${counts}`,
      `*Nulls.* ${nulls}`,
      `*Empty input.* ${empty}`,
      ...(notes === undefined ? [] : [`*Notes.* ${notes}`]),
    ].join('<br>\n'),
    `\`\`\`json\n${JSON.stringify(example)}\n\`\`\``,
  ];
  return parts.join('\n\n');
}

/** docs/CHECKS.md, from the checks' own descriptions. */
export function checksDocument(): string {
  const families = Object.entries(FAMILIES).map(([family, title]) => {
    const texts = CHECKS.filter((check) => check.family === family).map(checkText);
    return `## ${title}\n\n${texts.join('\n\n')}`;
  });
  return `# Checks

<!-- Written by "npm run docs" from the descriptions in daemon/pipeline/checks/catalogue. -->

A rule of a contract names one check and its parameters. Rules stand in an ODCS document as
\`quality: [{type: custom, engine: counterfoil, implementation: …}]\`, and as JSON everywhere else. Both sides of an exchange run
them: the provider over the whole view before a byte leaves, the consumer over what arrived before anything lands.

## What every rule may say

| member | meaning |
|---|---|
| \`id\` | Names the rule in reports; once in a contract. |
| \`check\` | One of the checks below. |
| \`columns\` | The columns it looks at, where the check takes any. |
| \`where\` | A condition: only rows on which it is true are looked at. |
| \`severity\` | \`error\` (default): a failure refuses the delivery. \`warn\`: it is a warning. \`info\`: it is shown and weighs nothing. |
| \`tolerance\` | \`{"count": n}\` or \`{"percent": p}\` failures are let pass; for cells, in each column by itself. Or {unit, min, max, exclusiveMin, exclusiveMax, outside}: their number (\`rows\`) or share (\`percent\`) lies between these, or with outside does not. Default: none. |
| \`onFail\` | \`abort\` (default). \`warn\`: as severity warn. \`quarantine-rows\`: failing rows are set aside and the rest goes on, see below (for checks that look at single rows). |
| \`side\` | \`provider\`, \`consumer\` or \`both\` (default) run it. A consumer's rules with \`consumer\` never leave its gateway. |
| \`allowEmpty\` | true: testing nothing is a pass. Default false. |
| \`description\` | For people. |

A misspelled name is an error (\`contract.invalid\`) that says where it is and what is allowed there.

**Verdicts.** \`pass\`, \`warn\`, \`fail\`, \`error\`, \`skip\`. A rule that cannot be evaluated (a column that is not there, another type, a
hook that crashed) is \`error\`, and an error is never a pass: it blocks whatever the severity. Where nothing was tested the rule
fails, unless it says \`allowEmpty\`. A delivery that one rule has refused for good is not read to its end: the rules that were still
open then are \`skip\`.

**Rows set aside.** A rule with \`onFail: quarantine-rows\` takes the rows that fail it out of the delivery, on the side that finds them:

- **At the provider** they never leave. The view that it signs is made of what is left, so its digests, roots and row counts are
  those of the rows that go, and the consumer computes the same. As soon as one row is set aside, columns that are not masked have
  other roots than the version (as with a row filter): which rows were the same for all peers can then not be shown by roots alone.
  While nothing fails the view is whole, as if there were no such rule. A consumer admits a view with fewer rows than the version only
  where the agreement has a row filter or such a rule that the provider runs; how many are missing follows from the two signed manifests.
- **At the consumer** all that was signed arrives and is held to its digests first; then the failing rows are left out of what lands and
  written to the folder \`_aside\` beside it (readers of Parquet folders pass over such names). Deletion and erasure reach them too.
- All other rules look at the rows that are left, SQL queries and hooks among them; only the privacy checks of a consumer look at every row that
  arrived, because it holds them all. The rule itself counts all rows: status \`warn\`, \`failed\` the rows that it took out.
- \`tolerance\` says how many may be set aside; more than that, all rows, or more than \`rowsAside\` ([LIMITS.md](LIMITS.md)) refuse the delivery.
- The report has the number of rows set aside as \`aside\` (\`rows\` includes them); so have the ledger's \`checks.passed\` and
  \`transfer.landed\`. Places in the results of other rules are counted in the rows that are left.
- Compared between the sides are the states over the rows of the view; a rule that a consumer ran over fewer is left out.
- Where a column is sealed (mask \`encrypt\`) no row can be taken out: there it is \`abort\`.

**Conditions** compare columns with values or with each other: \`= <> < <= > >=\`, \`IS [NOT] NULL\`, \`[NOT] IN (…)\`,
\`[NOT] BETWEEN … AND …\`, \`[NOT] LIKE\` (\`%\`, \`_\`), \`AND\`, \`OR\`, \`NOT\`, parentheses; text in single quotes, odd names in double
quotes; \`DATE '2026-01-31'\` or just \`'2026-01-31'\` for dates and times. As in SQL a comparison with a null is unknown, and a row on
which the condition is unknown is not looked at.

**Values** are text, numbers or true and false. What JSON cannot hold exactly is written as text: whole numbers beyond 2^53,
decimals such as "12.50", dates "2026-01-31", times "2026-01-31T08:00:00Z". They are compared exactly, never as floats, except with
float columns. A time without offset is UTC where the column has a time zone, and what a clock on the wall shows where it has none.

**Mergeable.** Each check keeps a state that grows with the rows. Any split of the rows into batches, merged in any order, gives the same
state, bit for bit; the report holds its SHA-256, so that two sides that looked at the same rows can see that they saw the same.

**Report.** \`{v, subject, side, verdict, rows, batches, results: [{id, check, columns, status, severity, tested, failed, fraction,
threshold, observed, first: {batch, row}, samples: [{batch, row, column, masked, shape}], message, state}]}\`; its digest is SHA-256 of
its canonical JSON (RFC 8785). Samples, at most 20 a rule, say where a failing value is and what it looks like (\`Aaa-999\`), never what it
is; messages name columns, numbers, and values that the contract itself lists.

**Signed form.** The side that ran the checks signs its report, the other side signs it too, and both keep it: a DSSE 1.0 envelope,
payload type \`application/vnd.in-toto+json\`, Ed25519 by the organisation keys, \`keyid\` their fingerprints. The payload is an
in-toto statement (canonical JSON) about the version, predicate \`https://in-toto.io/attestation/test-result/v0.1\`, whose \`oors\` holds the
results in the terms of the Open Observability Results Standard; \`report.digest\` is the digest that the ledgers name. The results have
all that the report has, so the one can be made from the other. \`counterfoil transfer report ID --format json\` shows them,
\`--format junit\` is for build servers, \`--format html\` for people; an auditor's bundle has them as \`documents/attestation/\`.

**Compared.** Where both sides ran a rule to its end over the same rows, the digests of the two states are compared. A difference means that
one gateway is at fault, or says what it did not see. It is recorded in both ledgers (\`checks.compared\`), shown with the transfer, and
part of what the consumer signs.

${families.join('\n\n')}
`;
}

/** docs/MASKS.md, from the operators' own descriptions. */
export function masksDocument(): string {
  const texts = OPERATORS.map((operator) => {
    const { summary, accepts, yields, nulls, parameters, example } = operator.describe;
    const colon = operator.positional === undefined ? '' : ` The value after a colon is \`${operator.positional}\`.`;
    const keeps =
      operator.preserves.length === 0
        ? ''
        : `<br>\n*Keeps.* ${operator.preserves.map((kept) => KEPT[kept]).join('; ')}.`;
    return [
      `## \`${operator.name}\``,
      summary,
      ...(Object.keys(parameters).length > 0 ? [list(parameters)] : []),
      `*Takes* ${accepts}.<br>\n*Gives* ${yields}.<br>\n*Nulls* ${nulls}.${keeps}`,
      `\`--mask ${example}\`${colon}`,
    ].join('\n\n');
  });
  return `# Masks

<!-- Written by "npm run docs" from the descriptions in daemon/pipeline/masks/operators. -->

A policy says for each column what a peer gets. Masks run before the provider's checks and before a byte reaches a socket, so what was
checked, digested and signed is what is sent. A column without a rule is sent as it is, unless it looks personal: then the offer is
blocked until somebody decides (\`keep\` is a decision). What was done to a column stands in the schema that the peer gets, under the field's
metadata \`counterfoil.mask\`.

On the command line: \`COLUMN=OPERATOR\`, \`COLUMN=OPERATOR:value\`, \`COLUMN=OPERATOR(name=value, name=value)\`; a column name with an equals
sign, and a value with a comma or a bracket, in double quotes. In a policy file: \`{"columns": {"email": {"op": "token", "domain": "person"}}}\`.

Keys of \`token\` and the other keyed masks are derived from a secret of the organisation by HKDF-SHA256 over the use, the organisation, the
scope, the peer (or group), the agreement, the domain and the epoch. Whoever lacks the secret can neither make nor undo one; two peers
can join nothing, even together. Pseudonyms stay personal data: they are never called anonymous.

${texts.join('\n\n')}
`;
}

const KEPT = { nulls: 'which rows are null', equality: 'which values are equal' } as const;
