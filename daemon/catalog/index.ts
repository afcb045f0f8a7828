export { exactText as typeName } from '../columnar/index.js';
export {
  type Contract,
  editContract,
  inspectContract,
  type KnownColumn,
  type KnownDataset,
  type ParseOptions,
  parseContract,
  writeContract,
} from './contract/index.js';
export { type Dataset, Datasets } from './datasets.js';
export {
  ENTITIES,
  type Entity,
  type PersonalFinding,
  personalDetector,
  personalSpans,
  SPAN_KINDS,
  type SpanKind,
  SpanSearch,
} from './personal/index.js';
export { PRESETS, presetMasks, presetRules } from './presets/index.js';
export { type JudgedFinding, judged } from './profile/overrides.js';
export { Profiles } from './profile/profiles.js';
export { type ProfileParams, profileTable } from './profile/table.js';
export type {
  OpenOptions,
  OpenSource,
  SourceFormat,
  SourceSpec,
  TextOptions,
} from './source.js';
export { type CompareParams, compareVersions } from './version/compare.js';
export { type IdentifyParams, identifyFile } from './version/identify.js';
export { type VersionAccess, VersionReader } from './version/read.js';
export {
  type Version,
  Versions,
  type WriteJob,
} from './version/versions.js';
export { type WriteParams, type Written, writeVersion } from './version/write.js';
