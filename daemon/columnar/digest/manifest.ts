import { base32, canonicalJson, hex, type Json, sha256 } from '../../foundation/index.js';
import type { DataType, Field, Schema } from '../types.js';

/** A column of a version or view, and the RFC 6962 root over its commitments in batch order, hex. */
export interface ColumnRoot {
  name: string;
  type: DataType;
  root: string;
}

/** What a version is; its id is the digest of this document (docs/DIGESTS.md, "Version"). */
export interface VersionManifest {
  v: 1;
  dataset: string;
  schema: Schema;
  rows: number;
  /** Rows of each batch. */
  batches: readonly number[];
  columns: readonly ColumnRoot[];
  rowsRoot: string;
  /** Id of the version before, or null for the first. */
  parent: string | null;
  /** RFC 3339 UTC. */
  created: string;
  /** Digest of the check report, hex, or null where no checks were run. */
  report: string | null;
}

/** What one peer gets of a version under one agreement; signed by the provider before the first byte is sent. */
export interface ViewManifest {
  v: 1;
  /** Id of the version it is of. */
  version: string;
  /** Id of the agreement. */
  agreement: string;
  /** Digest of the policy, hex. */
  policy: string;
  schema: Schema;
  rows: number;
  batches: readonly number[];
  columns: readonly ViewColumn[];
  rowsRoot: string;
  created: string;
}

export interface ViewColumn extends ColumnRoot {
  /** The column of the version it is made of. */
  from: string;
  /** The mask operator, `keep` where there is none: then, without a row filter, the root is that of the version. */
  operator: string;
}

/** SHA-256("counterfoil/rows/1\n" ‖ JCS({batches, columns: [{name, type, root}]})), hex. */
export function rowsRoot(batches: readonly number[], columns: readonly ColumnRoot[]): string {
  const named = columns.map(({ name, type, root }) => ({ name, type, root }));
  return hex(sha256('counterfoil/rows/1\n', canonicalJson({ batches, columns: named } as unknown as Json)));
}

/** `v-` and base32 of SHA-256("counterfoil/version/1\n" ‖ JCS(manifest)). */
export function versionId(manifest: VersionManifest): string {
  return `v-${base32(sha256('counterfoil/version/1\n', canonicalJson(versionJson(manifest))))}`;
}

/** SHA-256("counterfoil/view/1\n" ‖ JCS(manifest)), hex: what ledgers and receipts say instead of the manifest. */
export function viewDigest(manifest: ViewManifest): string {
  return hex(sha256('counterfoil/view/1\n', canonicalJson(viewJson(manifest))));
}

/** The manifest with the members of its definition and no others, as it is hashed, signed and stored. */
export function versionJson(manifest: VersionManifest): Json {
  const { v, dataset, schema, rows, batches, columns, rowsRoot: root, parent, created, report } = manifest;
  return {
    v,
    dataset,
    schema: schemaJson(schema),
    rows,
    batches,
    columns: columns.map((column) => columnJson(column)),
    rowsRoot: root,
    parent,
    created,
    report,
  };
}

/** The same for a view. */
export function viewJson(manifest: ViewManifest): Json {
  const { v, version, agreement, policy, schema, rows, batches, columns, rowsRoot: root, created } = manifest;
  return {
    v,
    version,
    agreement,
    policy,
    schema: schemaJson(schema),
    rows,
    batches,
    columns: columns.map((column) => ({ ...columnJson(column), from: column.from, operator: column.operator })),
    rowsRoot: root,
    created,
  };
}

const columnJson = ({ name, type, root }: ColumnRoot) => ({ name, type: type as unknown as Json, root });

/** A schema as JSON: absent members are left out, so that equal schemas have equal text. */
export function schemaJson(schema: Schema): Json {
  return {
    fields: schema.fields.map((field: Field) => {
      const { name, type, nullable, metadata, map, innerMaps } = field;
      return { name, type, nullable, metadata, map, innerMaps } as unknown as Json;
    }),
    metadata: schema.metadata,
  };
}
