/**
 * Every bound of the gateway, named once. docs/LIMITS.md says what each is for and which can be changed in
 * config.yaml. Sizes are bytes, times milliseconds, unless the name says otherwise.
 */
export const LIMITS = {
  orgIdChars: 253,
  orgNameChars: 200,
  /** `host:port` of a listener. */
  endpointChars: 300,
  datasetNameChars: 128,
  columnNameBytes: 1024,
  columns: 4096,
  typeDepth: 32,
  /** Fields of a schema, nested ones included. */
  typeNodes: 8192,
  pathSegmentBytes: 180,
  /** One control message on the peer channel. */
  controlMessageBytes: 1024 * 1024,
  /** One record batch as framed on the wire. */
  batchBytes: 16 * 1024 * 1024,
  /** Values of one batch on the wire over all columns, nested ones included; null columns, which have no bytes, count too. */
  batchValues: 134_217_728,
  /** What publishing aims at for one batch. */
  batchTargetBytes: 2 * 1024 * 1024,
  batchTargetRows: 131_072,
  schemaMessageBytes: 1024 * 1024,
  /** One message of an Arrow file or stream that is published, also after decompression. */
  sourceMessageBytes: 2 * 1024 * 1024 * 1024 - 1,
  sourceHeaderBytes: 16 * 1024 * 1024,
  /** One compressed buffer of a source, before and after decompression. */
  sourceCompressedBytes: 512 * 1024 * 1024,
  /** Text of one column in one batch in memory: 32-bit offsets. */
  columnBytes: 2 * 1024 * 1024 * 1024 - 1,
  /** List items of one column in one batch in memory. */
  columnItems: 268_435_456,
  /** Ledger entry body (tlog-tiles entry bundles carry a u16 length). */
  entryBytes: 65_535,
  inviteBytes: 16 * 1024,
  inviteTtlMs: 24 * 3600_000,
  inviteTtlMostMs: 7 * 24 * 3600_000,
  inviteWrongTries: 5,
  /** Invites that are outstanding at one time. */
  invitesOpen: 100,
  /** Messages that wait for one peer. */
  outboxPerPeer: 10_000,
  /** Refused messages kept for one peer, so that an operator sees them. */
  undeliverableKept: 100,
  /** First wait before a peer is tried again, doubled each time up to the second figure. */
  retryMs: 500,
  retryMostMs: 60_000,
  /** How long a revoked peer is still answered, with the notice of its revocation, if it was not reached before. */
  farewellMs: 30 * 24 * 3600_000,
  clockSkewMs: 5 * 60_000,
  heartbeatMs: 60_000,
  callTimeoutMs: 20_000,
  streamsPerPeer: 8,
  batchesInFlight: 8,
  /** Batches between two signed acknowledgements of the consumer. */
  acknowledgeBatches: 32,
  reasonsPerTransfer: 100,
  samplesPerCheck: 20,
  /** Columns or values that one message names before it says how many more there are. */
  namesPerMessage: 12,
  rulesPerContract: 10_000,
  /** The condition of a rule, in characters, nested parentheses, and values of one list. */
  whereChars: 4096,
  whereDepth: 32,
  valuesPerRule: 100_000,
  patternChars: 4096,
  /** Distinct texts whose outcome a costly check remembers. */
  rememberedTexts: 50_000,
  /** Buckets, groups or categories that one check counts. */
  countedKeys: 1_000_000,
  /** Keys that one exact check holds in memory before it writes sorted runs to disk. */
  tallyKeysInMemory: 2_000_000,
  contractBytes: 512 * 1024,
  queryChars: 64 * 1024,
  purposeChars: 500,
  /** A sentence that goes with suspending, rejecting, cancelling. */
  reasonChars: 500,
  /** Rows of `dataset preview`. */
  previewRows: 1000,
  adminBodyBytes: 2 * 1024 * 1024,
  /** One parameter in a path of the admin API, percent-encoded. */
  adminParameterChars: 2048,
  /** How long a request of the admin API may take to arrive. */
  adminRequestMs: 30_000,
  adminConnections: 128,
  /** How long calls of the admin API may take to end when the gateway stops. */
  adminCloseMs: 10_000,
  /** Least time between two progress lines of a long call. */
  progressMs: 100,
  /** Unread progress lines of a slow caller beyond which no more are made. */
  progressBacklogBytes: 64 * 1024,
  /** Entries in one answer of `ledger list`. */
  ledgerPage: 1000,
  leafDays: 90,
  caDays: 3650,
} as const;
