import { nearest } from '../../../config/index.js';
import type { Json } from '../../../foundation/index.js';
import type { Path } from '../places.js';
import { said } from '../shape/check.js';
import { COMPARISONS, type Quality } from '../shape/quality.js';
import { commonOf } from './common.js';
import { type Interval, intervalOf, toleranceOf, unitOf, wholeNumbers } from './comparison.js';
import { addRule, columnOf, type Gathered, type RuleBody, type Site } from './draft.js';

const METRICS = ['nullValues', 'missingValues', 'invalidValues', 'duplicateValues', 'rowCount'] as const;
type Metric = (typeof METRICS)[number];

/** Names that metrics had before v3.1, under `rule`. */
const FORMER: Record<string, Metric> = {
  nullCount: 'nullValues',
  nullCheck: 'nullValues',
  missingCount: 'missingValues',
  invalidCount: 'invalidValues',
  validValues: 'invalidValues',
  duplicateCount: 'duplicateValues',
};

/** A quality rule of type library as rules of ours. `column` is undefined for the rule of a table. */
export function libraryRule(
  quality: Quality,
  path: Path,
  site: Site,
  column: string | undefined,
  gathered: Gathered,
): void {
  const { faults } = gathered;
  const metric = metricOf(quality, path, gathered);
  if (metric === undefined) return;
  if (metric === 'rowCount' ? column !== undefined : column === undefined && metric !== 'duplicateValues') {
    const place =
      column === undefined ? 'a column; put it under the property' : 'a table; put it beside the properties';
    faults.add(path, `has the metric ${metric}, which belongs to ${place}`);
    return;
  }
  for (const name of Object.keys(quality.arguments ?? {}))
    if (!ARGUMENTS[metric].includes(name))
      faults.add([...path, 'arguments', name], `is not an argument of ${metric}; ${known(ARGUMENTS[metric])}`);
  const bodies = BODIES[metric](quality, path, site, column, gathered);
  for (const body of bodies ?? []) {
    addRule(gathered, site, {
      path,
      body: { ...body, ...commonOf(quality) },
      given: bodies!.length > 1 ? undefined : (quality.id ?? quality.name),
      usual: `${column ?? site.table}.${bodies!.length > 1 ? body.check : metric}`,
      column,
    });
  }
}

const known = (names: readonly string[]): string =>
  names.length === 0 ? 'it takes none' : `it takes ${names.join(', ')}`;

const ARGUMENTS: Record<Metric, readonly string[]> = {
  nullValues: [],
  missingValues: ['missingValues'],
  invalidValues: ['validValues', 'pattern'],
  duplicateValues: ['properties'],
  rowCount: [],
};

function metricOf(quality: Quality, path: Path, gathered: Gathered): Metric | undefined {
  const { metric: name, rule } = quality;
  if (name === undefined) return formerMetric(quality, rule!, path, gathered);
  const metric = METRICS.find((each) => each === name);
  if (metric !== undefined) return metric;
  const meant = nearest(name, METRICS);
  const advice = meant === undefined ? `there are ${METRICS.join(', ')}` : `did you mean ${meant}?`;
  gathered.faults.add([...path, 'metric'], `is ${said(name)}, which is not a metric; ${advice}`);
  return undefined;
}

/** Before v3.1 a rule was named freely, and with or without a comparison. */
function formerMetric(quality: Quality, rule: string, path: Path, gathered: Gathered): Metric | undefined {
  const metric = METRICS.find((each) => each === rule) ?? FORMER[rule];
  const compared = COMPARISONS.some((name) => quality[name] !== undefined);
  if (metric !== undefined && (compared || quality.validValues !== undefined)) return metric;
  const why = metric === undefined ? 'is none of the metrics of the standard' : 'is compared with nothing';
  gathered.leave(path, `the rule ${said(rule)} ${why}`);
  return undefined;
}

type Bodies = (
  quality: Quality,
  path: Path,
  site: Site,
  column: string | undefined,
  gathered: Gathered,
) => readonly RuleBody[] | undefined;

const BODIES: Record<Metric, Bodies> = {
  nullValues: (quality, path, _site, column, { faults }) => {
    const tolerance = toleranceOf(quality, path, faults);
    return tolerance && [{ check: 'null', columns: [column!], ...tolerance }];
  },
  missingValues: (quality, path, _site, column, { faults }) => {
    const tolerance = toleranceOf(quality, path, faults);
    const listed = quality.arguments?.missingValues;
    if (tolerance === undefined) return undefined;
    if (listed === undefined) return [{ check: 'missing', columns: [column!], ...tolerance }];
    const values = valuesOf(listed, [...path, 'arguments', 'missingValues'], faults);
    if (values === undefined) return undefined;
    if (values.length === 0) return [{ check: 'null', columns: [column!], ...tolerance }];
    return [{ check: 'missing', columns: [column!], missingValues: values, blank: false, ...tolerance }];
  },
  invalidValues,
  duplicateValues: (quality, path, site, column, { faults }) => {
    const tolerance = toleranceOf(quality, path, faults);
    const listed = quality.arguments?.properties;
    const at = [...path, 'arguments', 'properties'];
    if (column === undefined && listed === undefined) {
      faults.add(at, 'is missing: duplicates of a table are those in a list of its properties');
      return undefined;
    }
    if (
      listed !== undefined &&
      !(Array.isArray(listed) && listed.length > 0 && listed.every((each) => typeof each === 'string'))
    ) {
      faults.add(at, `is ${said(listed)}; a list of names of properties is expected`);
      return undefined;
    }
    const names = (listed as string[] | undefined) ?? [];
    const columns = [
      ...new Set([...(column === undefined ? [] : [column]), ...names.map((name) => columnOf(site, name))]),
    ];
    return tolerance && [{ check: 'unique', columns, ...tolerance }];
  },
  rowCount: (quality, path, _site, _column, { faults }) => {
    const unit = unitOf(quality, path, faults);
    if (unit === 'percent') faults.add([...path, 'unit'], 'is percent, of which a number of rows has none');
    const interval = intervalOf(quality, path, faults);
    const whole = interval && wholeNumbers(interval);
    if (interval === undefined || whole === undefined || (whole.max ?? 0) < 0) {
      if (interval !== undefined) faults.add(path, 'leaves no number of rows');
      return undefined;
    }
    const forbidsNone = whole.outside && whole.min === 0 && whole.max === 0;
    const { min, max, outside } = forbidsNone ? { min: 1 } : (whole as Interval);
    // A table without rows passes where the contract says so: an upper bound alone does not.
    const empty = outside === undefined && min !== undefined && min <= 0;
    return [
      {
        check: 'row_count',
        ...(min === undefined ? {} : { min: Math.max(0, min) }),
        ...(max === undefined ? {} : { max }),
        ...(outside === undefined ? {} : { outside }),
        ...(empty ? { allowEmpty: true } : {}),
      },
    ];
  },
};

function invalidValues(
  quality: Quality,
  path: Path,
  _site: Site,
  column: string | undefined,
  { faults, leave }: Gathered,
): readonly RuleBody[] | undefined {
  // Before v3.1 the valid values stood beside the rule, and none could be invalid.
  const former = quality.validValues !== undefined && quality.arguments === undefined;
  const values = former ? quality.validValues : quality.arguments?.validValues;
  const place = former ? [...path, 'validValues'] : [...path, 'arguments', 'validValues'];
  const compared = COMPARISONS.some((name) => quality[name] !== undefined);
  const tolerance = former && !compared ? {} : toleranceOf(quality, path, faults);
  const pattern = quality.arguments?.pattern;
  if (values === undefined && pattern === undefined) {
    leave(path, 'it says neither by validValues nor by a pattern what is invalid');
    return undefined;
  }
  if (pattern !== undefined && (typeof pattern !== 'string' || pattern === '')) {
    faults.add([...path, 'arguments', 'pattern'], `is ${said(pattern)}; a pattern is text`);
    return undefined;
  }
  if (tolerance === undefined) return undefined;
  if (values !== undefined && pattern !== undefined && 'tolerance' in tolerance) {
    faults.add(
      [...path, 'arguments'],
      'has both validValues and a pattern: where some may be invalid, make two rules of it',
    );
    return undefined;
  }
  const bodies: RuleBody[] = [];
  if (values !== undefined) {
    const list = valuesOf(values, place, faults);
    if (list?.length === 0) faults.add(place, 'lists no value');
    if (list === undefined || list.length === 0) return undefined;
    bodies.push({ check: 'in_set', columns: [column!], values: list, ...tolerance });
  }
  if (pattern !== undefined) bodies.push({ check: 'regex', columns: [column!], pattern, ...tolerance });
  return bodies;
}

/** Listed values without nulls: a null is neither valid nor invalid, and missing whether it is listed or not. */
function valuesOf(listed: unknown, path: Path, faults: Gathered['faults']): Json[] | undefined {
  if (!Array.isArray(listed) || listed.some((each) => typeof each === 'object' && each !== null)) {
    faults.add(path, `is ${said(listed)}; a list of values is expected`);
    return undefined;
  }
  return [...new Set(listed.filter((each) => each !== null))] as Json[];
}
