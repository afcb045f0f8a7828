export { BatchFile, type BatchRecord } from './batch-file.js';
export { type Database, migrate, openDatabase, openDatabaseReadOnly, transaction } from './database.js';
export { KeyBox, newKey, type WrappedKey } from './keys.js';
export { type HomeLock, lockHome } from './lock.js';
