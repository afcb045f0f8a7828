export { exactText as typeName } from '../columnar/index.js';
export {
  type Contract,
  editContract,
  type KnownColumn,
  type KnownDataset,
  type ParseOptions,
  parseContract,
  writeContract,
} from './contract/index.js';
export { type Dataset, type DatasetSource, Datasets } from './datasets.js';
export { ENTITIES, type Entity, type PersonalFinding, personalDetector } from './personal/index.js';
export {
  type DatasetProfile,
  type Offered,
  type ProfileJob,
  type ProfileOptions,
  Profiles,
} from './profile/profiles.js';
export { type ColumnProfile, type ProfileParams, profileTable, type TableProfile } from './profile/table.js';
export {
  type OpenOptions,
  type OpenSource,
  SOURCE_FORMATS,
  type SourceEngine,
  type SourceFormat,
  type SourceSpec,
  type TextOptions,
} from './source.js';
export { type Candidate, type Identified, type IdentifyParams, identifyFile } from './version/identify.js';
export { type VersionAccess, VersionReader } from './version/read.js';
export {
  type Published,
  type PublishHooks,
  type Version,
  type VersionOptions,
  Versions,
  type WriteJob,
} from './version/versions.js';
export { type WriteParams, type Written, writeVersion } from './version/write.js';
