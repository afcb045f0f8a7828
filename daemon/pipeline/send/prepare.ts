import { rmSync } from 'node:fs';
import { type VersionAccess, VersionReader } from '../../catalog/index.js';
import {
  type Batch,
  batchLeaf,
  columnDigest,
  columnKey,
  decodeBatch,
  encodeBatch,
  type Frame,
  RowsDigest,
  type Schema,
  type ViewManifest,
  versionJson,
} from '../../columnar/index.js';
import { canonicalJson, release, utf8 } from '../../foundation/index.js';
import { BatchFile } from '../../store/index.js';
import { type Before, type Beside, SideChecks } from '../beside/index.js';
import { type Report, without } from '../checks/index.js';
import type { JobContext } from '../jobs/index.js';
import { type MaskKeys, type MaskPlan, type Policy, planMasks } from '../masks/index.js';
import { type RowFilter, rowFilter } from './filter.js';
import { mustBePromised } from './promised.js';

export interface PrepareParams {
  version: VersionAccess;
  agreement: string;
  policy: Policy;
  policyDigest: string;
  /** The columns that both sides signed; another schema of the version is no longer what was agreed. */
  promised: Schema;
  maskKeys: MaskKeys;
  /** Rules of the effective contract; those of the consumer's side only are left to it. */
  rules: readonly unknown[];
  /** What rules look at beside the rows. */
  beside: Beside;
  /** Where a masked view is written. */
  view: { path: string; id: string; key: Uint8Array; saltKey: Uint8Array };
  created: string;
  now: number;
  tmp: string;
}

export interface Prepared {
  report: Report;
  /** For the rules that will compare the next version with this one. */
  left: Before;
  view: ViewManifest;
  /** Canonical bytes; their digest is the version id. */
  versionManifest: Uint8Array;
  /** `version` where nothing is masked: then the version's own file is sent, and no view is written. */
  source: 'version' | 'view';
  /** Bytes of all batches as they go over the wire, without framing. */
  bytes: number;
  /** The leaf of each batch in the running root that acknowledgements sign, 32 bytes each. */
  leaves: Uint8Array;
  columnKeys: Record<string, Uint8Array>;
}

/** What a dry run needs: the parameters of `prepare` that matter for the checks. */
export type EvaluateParams = Omit<PrepareParams, 'view' | 'created' | 'policyDigest'>;

/** Runs the checks over the view that a peer would get, and makes nothing of it. */
export async function evaluate(params: EvaluateParams, { signal }: JobContext): Promise<{ report: Report }> {
  const reader = new VersionReader(params.version);
  try {
    const plan = planMasks(reader.manifest.schema, params.policy, params.maskKeys);
    const checks = await checksOf(params, plan, signal);
    try {
      const view = () => viewOf(reader, plan, params.policy, signal);
      const aside = new Map<number, Int32Array>();
      for await (const { index, batch } of view()) {
        const verdict = checks.update(batch, index);
        if (verdict.aside !== undefined) aside.set(index, verdict.aside);
      }
      return { report: (await checks.finish(() => batchesOf(view(), aside), signal)).report };
    } finally {
      checks.dispose();
    }
  } finally {
    reader.close();
  }
}

/** The batches of a view: read → filter → mask. */
function viewOf(reader: VersionReader, plan: MaskPlan, policy: Policy, signal: AbortSignal): AsyncGenerator<Step> {
  return mask(filter(read(reader, signal), rowFilter(reader.manifest.schema, policy.where)), plan);
}

/** One batch on its way through the steps. */
interface Step {
  index: number;
  batch: Batch;
  frame: Frame;
  /** Digest of each column where it is known already: an unmasked one, of an unfiltered version. */
  digests: readonly (Uint8Array | undefined)[];
}

/**
 * Makes the view that one peer gets, exactly: read → mask → check → digest → seal. Nothing of it leaves here; what is
 * sent later are the sealed bytes, so what was checked is what goes.
 */
export async function prepare(params: PrepareParams, { signal }: JobContext): Promise<Prepared> {
  const reader = new VersionReader(params.version);
  try {
    const { schema } = reader.manifest;
    const plan = planMasks(schema, params.policy, params.maskKeys);
    mustBePromised(plan.schema, params.promised, 'The version has other columns than were agreed');
    const steps = () => viewOf(reader, plan, params.policy, signal);
    // Where every row goes, unmasked columns keep the version's keys, and so their roots: the proof that every peer got
    // the same data. Once a row has to be set aside they are others, and the view is made anew.
    const whole = params.policy.where === undefined;
    const plain = isPlain(plan, schema, params.policy) ? reader : undefined;
    return (
      (await seal(params, plan, { steps, plain, whole }, signal)) ?? (await seal(params, plan, { steps }, signal))!
    );
  } finally {
    reader.close();
  }
}

/** Nothing is masked, dropped or filtered: the view is the version. */
const isPlain = (plan: MaskPlan, schema: Schema, policy: Policy): boolean =>
  policy.where === undefined &&
  plan.columns.length === schema.fields.length &&
  plan.columns.every((column, at) => column.operator === 'keep' && column.from === schema.fields[at]!.name);

async function* read(reader: VersionReader, signal: AbortSignal): AsyncGenerator<Step> {
  const { schema } = reader.manifest;
  for (let index = 0; index < reader.batches; index++) {
    signal.throwIfAborted();
    const { frame, digests } = reader.frame(index);
    yield { index, batch: decodeBatch(schema, frame), frame, digests };
  }
}

async function* filter(steps: AsyncIterable<Step>, pick: RowFilter): AsyncGenerator<Step> {
  for await (const step of steps) {
    const batch = pick(step.batch);
    yield batch === step.batch ? step : { ...step, batch, digests: [] };
  }
}

async function* mask(steps: AsyncIterable<Step>, plan: MaskPlan): AsyncGenerator<Step> {
  for await (const step of steps) {
    const batch = plan.apply(step.batch, step.index);
    const digests = plan.columns.map(({ operator, at }) => (operator === 'keep' ? step.digests[at] : undefined));
    yield { ...step, batch, digests };
  }
}

interface Sealing {
  steps(): AsyncIterable<Step>;
  /** Of the version, where the view is the same. */
  plain?: VersionReader | undefined;
  /** No row may be missing. */
  whole?: boolean;
}

/** Undefined, with nothing left behind, when the view is to be whole and a row has to be set aside. */
async function seal(
  params: PrepareParams,
  plan: MaskPlan,
  { steps, plain, whole = false }: Sealing,
  signal: AbortSignal,
): Promise<Prepared | undefined> {
  const { version, view } = params;
  const keys = plan.columns.map((column) =>
    columnKey(column.operator === 'keep' && whole ? version.saltKey : view.saltKey, column.name),
  );
  const digest = new RowsDigest(plan.schema, keys);
  const checks = await checksOf(params, plan, signal);
  const out = plain !== undefined ? undefined : BatchFile.create(view.path, view.key, view.id);
  const leaves: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const { index, batch, frame, digests } of steps()) {
      const { left, aside } = checks.update(batch, index);
      if (aside !== undefined && whole) {
        rmSync(view.path, { force: true });
        return undefined;
      }
      const known = left.columns.map((column, at) => (aside === undefined && digests[at]) || columnDigest(column));
      const commitments = digest.addDigests(left.rows, known);
      const sealed = out === undefined ? frame : encodeBatch(plan.schema, left);
      out?.append({ ...sealed, meta: Buffer.concat(commitments) });
      leaves.push(batchLeaf(index, left.rows, commitments));
      bytes += sealed.header.length + sealed.body.length;
      release(frame.body, sealed.body);
    }
    out?.sync();
    const { report, left } = await checks.finish(() => sealedBatches(plan.schema, plain ?? out!, signal), signal);
    return {
      ...{ report, left },
      view: manifestOf(params, plan, digest),
      versionManifest: utf8(canonicalJson(versionJson(version.manifest))),
      source: plain === undefined ? 'view' : 'version',
      bytes,
      leaves: Buffer.concat(leaves),
      columnKeys: Object.fromEntries(plan.columns.map((column, at) => [column.name, keys[at]!])),
    };
  } finally {
    checks.dispose();
    out?.close();
  }
}

function checksOf({ rules, beside, now, tmp, version }: EvaluateParams, plan: MaskPlan, signal: AbortSignal) {
  const setsAside = plan.columns.every(({ operator }) => operator !== 'encrypt');
  const options = { side: 'provider' as const, version: version.id, setsAside, beside, now, tmp };
  return SideChecks.open(rules, plan.schema, options, signal);
}

async function* batchesOf(steps: AsyncIterable<Step>, aside: ReadonlyMap<number, Int32Array>): AsyncGenerator<Batch> {
  for await (const { index, batch } of steps) yield without(batch, aside.get(index) ?? NONE);
}

const NONE = new Int32Array(0);

/** The batches as they were sealed: what is looked at again is what goes. */
function* sealedBatches(schema: Schema, sealed: VersionReader | BatchFile, signal: AbortSignal): Generator<Batch> {
  const count = sealed instanceof VersionReader ? sealed.batches : sealed.count;
  for (let index = 0; index < count; index++) {
    signal.throwIfAborted();
    yield decodeBatch(schema, sealed instanceof VersionReader ? sealed.frame(index).frame : sealed.read(index));
  }
}

function manifestOf(params: PrepareParams, plan: MaskPlan, digest: RowsDigest): ViewManifest {
  const { rows, batches, columns, rowsRoot } = digest.summary();
  return {
    v: 1,
    version: params.version.id,
    agreement: params.agreement,
    policy: params.policyDigest,
    schema: plan.schema,
    rows,
    batches,
    columns: columns.map((column, at) => ({
      ...column,
      from: plan.columns[at]!.from,
      operator: plan.columns[at]!.operator,
    })),
    rowsRoot,
    created: params.created,
  };
}
