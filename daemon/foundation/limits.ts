/**
 * Every bound of the gateway, named once. docs/LIMITS.md says what each is for and which can be changed in
 * config.yaml. Sizes are bytes, times milliseconds, unless the name says otherwise.
 */
export const LIMITS = {
  /** Organisation id (the bound of a DNS name). */
  orgIdChars: 253,
  /** Name of an organisation. */
  orgNameChars: 200,
  /** `host:port` of a listener. */
  endpointChars: 300,
  /** Name of a dataset. */
  datasetNameChars: 128,
  /** Name of a column, UTF-8. */
  columnNameBytes: 1024,
  /** Columns of a schema. */
  columns: 4096,
  /** Lists and structs in one another. */
  typeDepth: 32,
  /** Fields of a schema, nested ones included. */
  typeNodes: 8192,
  /** A name as one segment of a path; the end of a longer one becomes a hash. */
  pathSegmentBytes: 180,
  /** One control message on the peer channel. */
  controlMessageBytes: 1024 * 1024,
  /** An offer on the peer channel: it carries the manifests of version and view, which grow with columns and batches. */
  offerMessageBytes: 16 * 1024 * 1024,
  /** One record batch as framed on the wire. */
  batchBytes: 16 * 1024 * 1024,
  /** Values of one batch on the wire over all columns, nested ones included; null columns, which have no bytes, count too. */
  batchValues: 134_217_728,
  /** What publishing aims at for one batch. */
  batchTargetBytes: 2 * 1024 * 1024,
  /** Rows that publishing aims at for one batch. */
  batchTargetRows: 131_072,
  /** Schema message on the wire. */
  schemaMessageBytes: 1024 * 1024,
  /** What travels beside one batch: its index, rows and commitments. */
  frameMetadataBytes: 256 * 1024,
  /** HTTP/2 receive window of a connection and of each stream on it. */
  flowWindowBytes: 8 * 1024 * 1024,
  /** Data messages that one stream reads ahead of its consumer, and writes ahead of the network. */
  framesAhead: 2,
  /** How long a data stream may stand still while this side waits for the other. */
  streamStallMs: 5 * 60_000,
  /** How long a provider may take to begin a push that it was asked for. */
  pushBeginsMs: 20_000,
  /** One message of an Arrow file or stream that is published, also after decompression. */
  sourceMessageBytes: 2 * 1024 * 1024 * 1024 - 1,
  /** Header of one message of an Arrow file or stream that is published. */
  sourceHeaderBytes: 16 * 1024 * 1024,
  /** One compressed buffer of a source, before and after decompression. */
  sourceCompressedBytes: 512 * 1024 * 1024,
  /** Text of one column in one batch in memory: 32-bit offsets. */
  columnBytes: 2 * 1024 * 1024 * 1024 - 1,
  /** List items of one column in one batch in memory. */
  columnItems: 268_435_456,
  /** One record of a CSV or JSON source. */
  sourceRecordBytes: 32 * 1024 * 1024,
  /** Different keys of a nested JSON object, beyond which it is kept as its text. */
  sourceKeys: 500,
  /** One file of a source that is fetched from a web server or an object store. */
  sourceFetchBytes: 256 * 1024 * 1024 * 1024,
  /** Files that make up one source. */
  sourceFiles: 100_000,
  /** Ledger entry body (tlog-tiles entry bundles carry a u16 length). */
  entryBytes: 65_535,
  /** Entries of one durable write; more wait for the next. */
  ledgerGroupEntries: 1000,
  /** Entries that may wait to be written. */
  ledgerQueueEntries: 100_000,
  /** Pages of the ledger's write-ahead log before it is folded into the database, which stalls one commit. */
  ledgerWalPages: 8000,
  /** A name in a ledger entry. */
  ledgerNameChars: 600,
  /** A sentence in a ledger entry. */
  ledgerTextChars: 1000,
  /** Items of a list in a ledger entry. */
  ledgerListItems: 1000,
  /** Entries of the other party that one entry answers. */
  ledgerRefs: 16,
  /** Bytes kept beside an entry under a salted commitment. */
  ledgerPayloadBytes: 4 * 1024 * 1024,
  /** Entries that travel with one head, and that one answer of a refill carries. */
  headEntriesBytes: 512 * 1024,
  /** Entries that a restore takes back from one peer. */
  refillEntries: 5_000_000,
  /** Time-stamps, and heads of each witness, that go into one bundle: the newest. */
  bundleAnchors: 1000,
  /** How often a time-stamp is asked for, and a witness's cosignature recorded. */
  anchorEveryMs: 3600_000,
  /** How long a time-stamping authority may take to answer. */
  timestampTimeoutMs: 20_000,
  /** Answer of a time-stamping authority. */
  timestampBytes: 64 * 1024,
  /** Documents that are kept against one peer; what it does after that is refused, but not kept. */
  evidencePerPeer: 100,
  /** A signed note (checkpoint). */
  noteBytes: 64 * 1024,
  /** Signature lines of a note. */
  noteSignatures: 64,
  /** Hashes of an inclusion or consistency proof. */
  proofHashes: 64,
  /** Files of an auditor's bundle. */
  bundleFiles: 200_000,
  /** Text of an invite or of a reply to one. */
  inviteBytes: 16 * 1024,
  /** How long an invite can be used, unless `--ttl` says otherwise. */
  inviteTtlMs: 24 * 3600_000,
  /** The most that `--ttl` can say. */
  inviteTtlMostMs: 7 * 24 * 3600_000,
  /** Wrong tries after which an invite is void. */
  inviteWrongTries: 5,
  /** Invites that are outstanding at one time. */
  invitesOpen: 100,
  /** How long an admin operation waits for the peer to be told, before it answers all the same. */
  settleMs: 3000,
  /** Messages that wait for one peer. */
  outboxPerPeer: 10_000,
  /** Refused messages kept for one peer, so that an operator sees them. */
  undeliverableKept: 100,
  /** First wait before a peer is tried again; doubled each time. */
  retryMs: 500,
  /** Longest wait before a peer is tried again. */
  retryMostMs: 60_000,
  /** How long a revoked peer is still answered, with the notice of its revocation, if it was not reached before. */
  farewellMs: 30 * 24 * 3600_000,
  /** How long what a peer signed with the key before is still accepted after it changed its organisation key. */
  keyOverlapMs: 30 * 24 * 3600_000,
  /** Handovers of its organisation key that a gateway tells its peers, and former keys of a peer that are remembered. */
  keyHandovers: 16,
  /** How far the clocks of two gateways may differ. */
  clockSkewMs: 5 * 60_000,
  /** How often connected peers exchange ledger heads. */
  heartbeatMs: 60_000,
  /** The TLS handshake with a peer. */
  handshakeMs: 10_000,
  /** One call to a peer. */
  callTimeoutMs: 20_000,
  /** Transfers with one peer that are not at an end. */
  transfersPerPeer: 64,
  /** Data streams with one peer at a time. */
  streamsPerPeer: 8,
  /** Data streams with all peers at a time, each way; one peer takes at most three quarters of them. */
  streams: 12,
  /** The least bandwidth that can be set for a peer, bytes a second: below it, a batch would take longer than streams may stand still. */
  bandwidthLeastBytes: 128 * 1024,
  /** Time windows of one peer. */
  windowsPerPeer: 50,
  /** Unary calls of one peer at one time. */
  callsPerPeer: 64,
  /** HTTP/2 streams on one connection. */
  streamsPerConnection: 128,
  /** Connections to the enrolment listener at one time. */
  enrolmentConnections: 32,
  /** Enrolments that are tried in one minute. */
  enrolmentsPerMinute: 30,
  /** How often a connection is looked at for a reset that was not reported. */
  resetCheckMs: 1000,
  /** A connection is replaced after this long; streams on it may end first. */
  connectionAgeMs: 6 * 3600_000,
  /** How long the connections of a peer that was revoked are kept to tell it so. */
  farewellGraceMs: 5_000,
  /** Batches between two signed acknowledgements of the consumer. */
  acknowledgeBatches: 16,
  /** Batches that have arrived are acknowledged after this long at the latest. */
  acknowledgeMs: 2000,
  /** How many batches the provider sends ahead of the signed acknowledgements. */
  batchesUnacknowledged: 64,
  /** Batches of one version or view. */
  batchesPerVersion: 1_000_000,
  /** Batches of the version before that the changed rows of one batch are told against, held in memory by both sides. */
  patchBatches: 8,
  /** What is said of which rows of a batch are those of the version before; beyond, the batch goes as it is. */
  patchBytes: 64 * 1024,
  /** Batches in one landed file: about 32 MiB of rows. */
  landedBatchesPerFile: 16,
  /** Folders of one delivery that is partitioned by columns. Files: `sourceFiles`. */
  landedFolders: 20_000,
  /** Columns that one delivery is partitioned by. */
  partitionColumns: 8,
  /** Name of a column that files are partitioned by. */
  partitionNameChars: 100,
  /** `column=value`, percent-encoded, as the name of a folder. */
  partitionFolderBytes: 240,
  /** Rows of a row group of a landed Parquet file that can be asked for: the most. */
  rowGroupRowsMost: 10_000_000,
  /** The same: the least. */
  rowGroupRowsLeast: 1000,
  /** Tries of a transfer that fail in a row without any progress, before it is given up. */
  transferTries: 12,
  /** How long a transfer may achieve nothing, a peer that cannot be reached included, before it is given up. */
  transferIdleMs: 7 * 24 * 3600_000,
  /** A check report that goes along with a receipt; a larger one is named by its digest alone. */
  reportMessageBytes: 512 * 1024,
  /** A sentence of a peer that is shown. */
  peerSentenceChars: 1000,
  /** Reasons kept for a transfer that was not delivered. */
  reasonsPerTransfer: 100,
  /** Samples (locator and masked value) in the report of one check. */
  samplesPerCheck: 20,
  /** Columns or values that one message names before it says how many more there are. */
  namesPerMessage: 12,
  /** Revisions that an agreement may go through before a new one is to be begun. */
  revisionsPerAgreement: 1000,
  /** Agreements with one peer that have not ended. */
  agreementsPerPeer: 1000,
  /** Datasets that one peer may send requirements for. */
  requirementsPerPeer: 1000,
  /** Requirements of this gateway for a dataset that are remembered after newer ones were set. */
  requirementsKept: 20,
  /** Rules of one contract. */
  rulesPerContract: 10_000,
  /** Condition of a rule. */
  whereChars: 4096,
  /** Parentheses and NOTs in one another in the condition of a rule. */
  whereDepth: 32,
  /** Values that one rule lists. */
  valuesPerRule: 100_000,
  /** Pattern of a rule. */
  patternChars: 4096,
  /** Distinct texts whose outcome a costly check remembers. */
  rememberedTexts: 50_000,
  /** Buckets, groups or categories that one check counts. */
  countedKeys: 1_000_000,
  /** Keys that one exact check holds in memory before it writes sorted runs to disk. */
  tallyKeysInMemory: 2_000_000,
  /** Rules that sort a key of every row (unique, k_anonymity and the like), in one run. */
  talliesPerRun: 64,
  /** Groups times expected buckets or values that one rule compares. */
  countedPairs: 20_000_000,
  /** What the checks over one version leave for comparing the next one with it. */
  checkStateBytes: 64 * 1024 * 1024,
  /** Keys of another version that a rule refers to, held in memory. */
  referenceKeys: 20_000_000,
  /** ODCS document. */
  contractBytes: 512 * 1024,
  /** Values of an ODCS document, what an alias stands for counted each time. */
  contractValues: 200_000,
  /** Text in the values of an ODCS document, what an alias stands for counted each time. */
  contractChars: 2 * 1024 * 1024,
  /** Maps and lists in one another in an ODCS document. */
  contractDepth: 64,
  /** Faults of a contract that one message lists before it says how many more there are. */
  faultsPerContract: 20,
  /** How long a hook may run, unless config.yaml says otherwise. */
  hookMs: 10 * 60_000,
  /** Memory of a hook and all that it starts, unless config.yaml says otherwise. */
  hookMemoryBytes: 1024 * 1024 * 1024,
  /** What a hook may print. */
  hookOutputBytes: 64 * 1024,
  /** Failing rows that the answer of a hook names. */
  hookRows: 1000,
  /** How long the output of a hook that has ended may stay open. */
  hookDrainMs: 2000,
  /** How long the query of a rule may run. */
  ruleQueryMs: 10 * 60_000,
  /** Memory of the query of a rule. */
  ruleQueryBytes: 4 * 1024 * 1024 * 1024,
  /** A value that says whose rows are to be erased. */
  subjectChars: 4096,
  /** SQL query or row filter. */
  queryChars: 64 * 1024,
  /** One mask as written on the command line. */
  maskChars: 8192,
  /** Purpose or legal basis of an agreement. */
  purposeChars: 500,
  /** A sentence that goes with suspending, rejecting, cancelling. */
  reasonChars: 500,
  /** Rows that rules set aside of one delivery; when there are more, it is refused. */
  rowsAside: 1_000_000,
  /** Places of a contract that no check looks at, as an agreement lists them. */
  notEvaluatedTold: 100,
  /** Entries of each side that `ledger.compare` looks at, the newest. */
  compareEntries: 10_000,
  /** Rows of a source that are shown before it becomes a dataset. */
  describeRows: 50,
  /** Rows of `dataset preview`. */
  previewRows: 1000,
  /** Cells of a synthetic sample: its rows times its columns. */
  sampleCells: 10_000_000,
  /** Body of a request to the admin API. */
  adminBodyBytes: 2 * 1024 * 1024,
  /** One parameter in a path of the admin API, percent-encoded. */
  adminParameterChars: 2048,
  /** How long a request of the admin API may take to arrive. */
  adminRequestMs: 30_000,
  /** Connections to the admin API at a time. */
  adminConnections: 128,
  /** How long calls of the admin API may take to end when the gateway stops. */
  adminCloseMs: 10_000,
  /** Users of a gateway. */
  users: 1000,
  /** A password, in characters: at least. */
  passwordLeastChars: 12,
  /** A password, in characters: at most. */
  passwordChars: 256,
  /** Passwords that wait to be checked; each check takes 128 MiB of memory, one at a time. */
  passwordsWaiting: 16,
  /** Wrong passwords in a row after which nobody can sign in under that name for a while. */
  wrongPasswords: 5,
  /** How long the first time; each further wrong password doubles it. */
  lockMs: 60_000,
  /** The longest time that wrong passwords keep a user out. */
  lockMostMs: 15 * 60_000,
  /** Tries to sign in from one address in a minute. */
  signInsPerMinute: 30,
  /** Requests of one caller of the admin API in a second, over a longer time; ten times as many at once. */
  adminRequestsPerSecond: 50,
  /** How long a session lasts in which nobody does anything. */
  sessionIdleMs: 30 * 60_000,
  /** How long a session lasts in any case. */
  sessionMs: 12 * 3600_000,
  /** Sessions of one user at a time; a new one ends the one that was unused longest. */
  sessionsPerUser: 20,
  /** Sign-ins with OpenID Connect under way at a time; a new one ends the oldest. */
  openidAttempts: 1000,
  /** How long a sign-in with OpenID Connect may take. */
  openidAttemptMs: 10 * 60_000,
  /** How long the provider may take to answer. */
  openidMs: 10_000,
  /** An answer of the provider. */
  openidBodyBytes: 1024 * 1024,
  /** How far the clocks of provider and gateway may be apart. */
  openidSkewMs: 30_000,
  /** API tokens of one user. */
  tokensPerUser: 100,
  /** Changes kept for pages that were cut off, to go on where they were. */
  eventsKept: 2000,
  /** Pages that follow what happens, at a time. */
  eventStreams: 64,
  /** Least time between two words about the same thing. */
  eventMs: 200,
  /** Least time between two progress lines of a long call. */
  progressMs: 100,
  /** Unread progress lines of a slow caller beyond which no more are made. */
  progressBacklogBytes: 64 * 1024,
  /** Entries in one answer of `ledger list`. */
  ledgerPage: 1000,
  /** Transfers in one page of `transfer.list`. */
  transferPage: 1000,
  /** Text that is looked for in ledger entries. */
  searchChars: 200,
  /** Distinct values of a column that the search for personal data looks at one by one. */
  personalSample: 512,
  /** Free disk space below which `doctor` sees a fault. */
  diskFaultBytes: 64 * 1024 * 1024,
  /** Free disk space below which `doctor` warns. */
  diskWarningBytes: 1024 * 1024 * 1024,
  /** Life of a TLS certificate; it is renewed when two thirds are over. */
  leafDays: 90,
  /** Life of the gateway's own CA. */
  caDays: 3650,
} as const;
