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
 *
 * Both sides may end a transfer at the same moment, each in its own way. They come to the same end all the same: of two
 * ends the one further up in this list holds, and who has the other takes it over when it hears of it: rejected or
 * refused, failed, cancelled. Nothing has landed in any of them. Whether something has landed is the consumer's to say,
 * so a provider that has sent everything ends a transfer only by the consumer's word.
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

const NOTHING: Row = {
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
  offered: { ...NOTHING, check: 'checking', cancel: 'cancelled', fail: 'failed' },
  checking: { ...NOTHING, refuse: 'refused', stream: 'streaming', cancel: 'cancelled', fail: 'failed' },
  streaming: { ...NOTHING, deliver: 'verifying', reject: 'rejected', cancel: 'cancelled', fail: 'failed' },
  verifying: { ...NOTHING, land: 'landed', reject: 'rejected', cancel: 'cancelled', fail: 'failed' },
  landed: { ...NOTHING, receipt: 'receipted' },
  receipted: NOTHING,
  refused: NOTHING,
  rejected: NOTHING,
  cancelled: { ...NOTHING, refuse: 'refused', reject: 'rejected', fail: 'failed' },
  failed: { ...NOTHING, refuse: 'refused', reject: 'rejected' },
};

const FINAL: ReadonlySet<TransferState> = new Set(['receipted', 'refused', 'rejected', 'cancelled', 'failed']);

/** Nothing more is done for a transfer in one of these; `landed` still waits for its receipt. */
export const isFinal = (state: TransferState): boolean => FINAL.has(state);

export const FINAL_STATES: readonly TransferState[] = [...FINAL];
