export { byName, own } from './by-name.js';
export * from './bytes.js';
export { type Clock, rfc3339, systemClock } from './clock.js';
export { ERROR_TABLE, type ErrorCode } from './error-codes.js';
export { CounterfoilError, type ErrorBody } from './errors.js';
export { diskError, privateFolder, syncFile, syncFolder, writeFileAtomic } from './files.js';
export { isReadableName, newId, type OrgId, orgId, pathSegment, printable } from './ids.js';
export { canonicalJson, type Json } from './jcs.js';
export {
  type EntryDraft,
  type EntryRef,
  type EntryType,
  type Journal,
  type LogName,
  type RecordedEntry,
  recordOnce,
} from './journal.js';
export { LIMITS } from './limits.js';
export { createLog, type Log, silentLog } from './log.js';
export { ownBytes, release } from './memory.js';
export { emptyRoot, leafHash, leafHashOfText, MerkleRange, merkleRoot, nodeHash } from './merkle.js';
