import {
  CounterfoilError,
  type EntryDraft,
  type EntryType,
  hex,
  type Journal,
  type LogName,
  type RecordedEntry,
  sha256,
  utf8,
} from '../../daemon/foundation/index.js';
import { checkDraft } from '../../daemon/ledger/entry.js';

/** A journal that keeps drafts in memory, refuses those that a ledger would refuse, and can be made to fail as a ledger on a full disk does. */
export class MemoryJournal implements Journal {
  readonly entries: { log: LogName; draft: EntryDraft }[] = [];
  broken = false;

  async record(log: LogName, draft: EntryDraft): Promise<RecordedEntry> {
    if (this.broken) throw new CounterfoilError('ledger.unavailable', 'The ledger cannot be written.');
    checkDraft(draft, log === 'master' ? 'master' : 'channel');
    const seq = this.entries.push({ log, draft }) - 1;
    return this.#recorded(seq);
  }

  find(log: LogName, type: EntryType, subject: string): RecordedEntry | undefined {
    const seq = this.entries.findLastIndex(
      (entry) => name(entry.log) === name(log) && entry.draft.type === type && subjectOf(entry.draft) === subject,
    );
    return seq < 0 ? undefined : this.#recorded(seq);
  }

  types(): string[] {
    return this.entries.map((entry) => entry.draft.type);
  }

  #recorded(seq: number): RecordedEntry {
    const { log, draft } = this.entries[seq]!;
    const body = utf8(JSON.stringify(draft));
    return { log: name(log), seq, leaf: hex(sha256(body)), body };
  }
}

const name = (log: LogName) => (log === 'master' ? 'master' : log.peer);
const subjectOf = ({ fields = {} }: EntryDraft) => fields.transfer ?? fields.agreement ?? fields.version;
