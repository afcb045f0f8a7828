/**
 * The life of one transfer, the same on both sides. Which side causes an event is in the last column.
 *
 * | event | from → to | who |
 * |---|---|---|
 * | check | offered → checking | provider, before it reads the version |
 * | refuse | checking → refused | provider, its checks failed |
 * | stream | checking → streaming | provider offered the signed view, consumer recorded its acceptance |
 * | deliver | streaming → verifying | all batches acknowledged, provider signed `transfer.sent` |
 * | land | verifying → landed | consumer |
 * | receipt | landed → receipted | provider recorded the receipt |
 * | reject | streaming, verifying → rejected | consumer |
 * | cancel | offered … verifying → cancelled | either |
 * | fail | offered … verifying → failed | either |
 */
export const TRANSFER_STATES = [
  'offered',
  'checking',
  'streaming',
  'verifying',
  'landed',
  'receipted',
  'refused',
  'rejected',
  'cancelled',
  'failed',
] as const;

export type TransferState = (typeof TRANSFER_STATES)[number];

export const TRANSFER_EVENTS = [
  'check',
  'refuse',
  'stream',
  'deliver',
  'land',
  'receipt',
  'reject',
  'cancel',
  'fail',
] as const;

export type TransferEvent = (typeof TRANSFER_EVENTS)[number];

type Row = Readonly<Record<TransferEvent, TransferState | null>>;

const FINAL: Row = {
  check: null,
  refuse: null,
  stream: null,
  deliver: null,
  land: null,
  receipt: null,
  reject: null,
  cancel: null,
  fail: null,
};

/** State × event, total: null where the event cannot happen. */
export const TRANSFER_TABLE: Readonly<Record<TransferState, Row>> = {
  offered: { ...FINAL, check: 'checking', cancel: 'cancelled', fail: 'failed' },
  checking: { ...FINAL, refuse: 'refused', stream: 'streaming', cancel: 'cancelled', fail: 'failed' },
  streaming: { ...FINAL, deliver: 'verifying', reject: 'rejected', cancel: 'cancelled', fail: 'failed' },
  verifying: { ...FINAL, land: 'landed', reject: 'rejected', cancel: 'cancelled', fail: 'failed' },
  landed: { ...FINAL, receipt: 'receipted' },
  receipted: FINAL,
  refused: FINAL,
  rejected: FINAL,
  cancelled: FINAL,
  failed: FINAL,
};

/** Nothing more is done for a transfer in one of these; `landed` still waits for its receipt. */
export const isFinal = (state: TransferState): boolean => TRANSFER_TABLE[state] === FINAL;
