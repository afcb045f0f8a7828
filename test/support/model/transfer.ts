import { AGREEMENT_TABLE } from '../../../daemon/agreement/machine.js';
import { statesFor } from '../../../daemon/edge/peer/guard.js';
import { type PeerEvent, stateOf, stepPeer } from '../../../daemon/peering/machine.js';
import {
  awaitsWord,
  endsAs,
  isFinal,
  TRANSFER_TABLE,
  type TransferEvent,
  type TransferState,
  takesReceipt,
} from '../../../daemon/pipeline/transfers/index.js';
import type { Model } from './explore.js';
import { settled, wrong } from './invariants.js';
import {
  has,
  hasRights,
  isNext,
  keyOf,
  mayExchange,
  other,
  plus,
  type Role,
  type Scenario,
  type Side,
  START,
  type World,
} from './world.js';

/** Everything that one side does, as the next worlds. `w` is the world, `me` the side. */
class Steps {
  readonly out: [string, World][] = [];

  constructor(
    readonly world: World,
    readonly me: Role,
    readonly scenario: Scenario,
  ) {}

  get side(): Side {
    return this.world[this.me];
  }

  put(step: string, change: Partial<Side>, say: readonly string[] = [], left = this.world.left): void {
    const net = plus(this.world.net, ...say.map((text) => `${this.me}: ${text}`));
    this.out.push([`${this.me} ${step}`, { ...this.world, [this.me]: { ...this.side, ...change }, net, left }]);
  }

  /** A change of state and the report of it are one transaction. */
  move(step: string, event: TransferEvent, change: Partial<Side> = {}, say: readonly string[] = []): void {
    const now = this.side.transfer;
    const next = now === 'none' ? null : TRANSFER_TABLE[now][event];
    if (next === null) throw new Error(`${this.me} cannot ${event} in ${now}: ${step}`);
    this.put(step, { turn: undefined, ...change, transfer: next }, [`report ${next}`, ...say]);
  }

  /** First the entry, then, as the end of the turn, the change; a crash may come in between. */
  record(step: string, entries: readonly string[], turn: TransferEvent | undefined, change: Partial<Side> = {}): void {
    this.put(step, { entries: plus(this.side.entries, ...entries), turn, ...change });
  }

  ends(step: string, event: 'cancel' | 'fail', byPeer: boolean, left = this.world.left): void {
    const { transfer, notes, entries } = this.side;
    if (transfer === 'none') return;
    const inPlace = transfer === 'verifying' && has(notes, 'inPlace');
    if (endsAs(transfer, event, { byPeer, inPlace }) === undefined) return;
    const type = event === 'cancel' ? 'transfer.cancelled' : 'transfer.failed';
    this.put(step, { entries: plus(entries, type), turn: event }, [], left);
  }
}

/** A turn that was begun goes to its end, or is lost by a crash; the start after a crash takes up an end that is on record. */
function inTurn(steps: Steps): void {
  const { side, me } = steps;
  const turn = side.turn!;
  const isReceipt = turn === 'land' || turn === 'reject';
  const posted = isReceipt ? [me === 'provider' ? 'thanks' : `receipt ${turn === 'land' ? 'landed' : 'rejected'}`] : [];
  const notes = turn === 'deliver' && me === 'provider' ? plus(side.notes, 'sent') : side.notes;
  const receipt = isReceipt ? plus(notes, 'receipt') : notes;
  if (side.transfer !== 'none' && TRANSFER_TABLE[side.transfer][turn] !== null)
    steps.move(`ends its turn: ${turn}`, turn, { notes: receipt }, posted);
  else steps.put(`ends its turn without a change: ${turn}`, { turn: undefined, notes: receipt }, posted);
  let after: Side = { ...side, turn: undefined };
  const say: string[] = [];
  for (const [event, type] of [['cancel', 'transfer.cancelled'] as const, ['fail', 'transfer.failed'] as const]) {
    if (!has(side.entries, type) || after.transfer === 'none' || isFinal(after.transfer)) continue;
    const inPlace = after.transfer === 'verifying' && has(after.notes, 'inPlace');
    const ended = endsAs(after.transfer, event, { byPeer: false, inPlace });
    if (ended === undefined) continue;
    after = { ...after, transfer: ended };
    say.push(`report ${ended}`);
  }
  steps.put('crashes and is started again', after, say);
}

/** Rights that are gone end what is under way, when the change is known or at the next look. */
function withoutRights(steps: Steps): void {
  const { side, me } = steps;
  const { transfer, peer, agreement } = side;
  if (transfer === 'none' || isFinal(transfer) || transfer === 'landed') return;
  const revoked = stateOf(peer) === 'revoked';
  if (!revoked && (agreement === 'active' || awaitsWord(me, transfer, revoked))) return;
  steps.ends('gives it up without rights', 'fail', false);
}

/** `providerDrive`: what the provider does of itself. */
function provider(steps: Steps): void {
  const { side, scenario } = steps;
  const { transfer, entries, notes } = side;
  const passes = scenario.providerPasses ?? true;
  if (transfer === 'none' && hasRights(side)) steps.put('starts', { transfer: 'offered' }, ['report offered']);
  if (transfer === 'landed') steps.move('has the receipt', 'receipt');
  if (!mayExchange(side)) return;
  if (transfer === 'offered') steps.move('looks', 'check');
  if (transfer === 'checking' && side.agreement === 'active') {
    if (!passes) steps.record('refuses', ['checks.failed', 'transfer.refused'], 'refuse');
    else if (!has(entries, 'checks.passed')) steps.record('has checked', ['checks.passed'], undefined);
    else if (!has(entries, 'transfer.offered')) steps.record('records its offer', ['transfer.offered'], undefined);
    else steps.put('offers', {}, ['offer']);
  }
  if (transfer === 'streaming') {
    if (side.agreement === 'active' && has(steps.world.net, 'consumer: pull')) steps.put('sends rows', {}, ['rows']);
    if (has(notes, 'acknowledged')) steps.record('signs what was sent', ['transfer.sent'], 'deliver');
  }
  if (transfer === 'verifying') steps.put('shows what was sent', {}, ['sent']);
}

/** What the consumer does of itself. */
function consumer(steps: Steps): void {
  const { side, scenario } = steps;
  const { transfer, entries, notes } = side;
  const passes = scenario.consumerPasses ?? true;
  const inPlace = has(notes, 'inPlace');
  if (transfer === 'streaming' && mayExchange(side)) {
    if (side.agreement === 'active') steps.put('asks for rows', {}, ['pull']);
    if (has(notes, 'quarantined')) {
      // What is not acknowledged may not have reached the disk.
      if (!has(entries, 'transfer.acknowledged'))
        steps.put('crashes and is started again', { notes: notes.filter((note) => note !== 'quarantined') });
      if (!has(entries, 'transfer.acknowledged'))
        steps.put('acknowledges', { entries: plus(entries, 'transfer.acknowledged') }, ['acknowledgement']);
      else steps.move('has all', 'deliver');
    }
  }
  if (transfer === 'verifying' && (mayExchange(side) || inPlace)) {
    if (!passes) steps.record('rejects', ['checks.failed', 'transfer.rejected'], 'reject');
    else if (!has(entries, 'checks.passed')) steps.record('has checked', ['checks.passed'], undefined);
    else if (has(notes, 'sent')) {
      // The folder is put in place and the entry follows, with nothing of this gateway in between; only a crash.
      if (!inPlace && hasRights(side)) steps.put('puts rows in place', { notes: plus(notes, 'inPlace', 'placing') });
      else if (inPlace) steps.record('records the landing', ['transfer.landed'], 'land');
    }
  }
  if (transfer === 'landed' && mayExchange(side)) steps.put('gives the receipt', {}, ['receipt landed']);
}

/** What people do, once each. */
function people(steps: Steps): void {
  const { side, world, me } = steps;
  for (const act of world.left) {
    if (!act.startsWith(`${me} `)) continue;
    const left = world.left.filter((each) => each !== act);
    const verb = act.slice(me.length + 1);
    if (verb === 'cancels') cancels(steps, left);
    else if (verb === 'terminates') {
      const next = AGREEMENT_TABLE[side.agreement].terminate;
      if (next !== 'refuse' && next !== 'ignore') steps.put(verb, { agreement: next }, ['agreement terminated'], left);
    } else if (verb === 'fails') fails(steps, left);
    else notice(steps, verb as 'suspends' | 'resumes' | 'revokes', left);
  }
}

/** Its own work cannot go on, as often as it may be tried. */
function fails(steps: Steps, left: readonly string[]): void {
  const { transfer, peer } = steps.side;
  if (transfer === 'none' || awaitsWord(steps.me, transfer, stateOf(peer) === 'revoked')) return;
  steps.ends('fails', 'fail', false, left);
}

/** A provider that has sent everything asks first. */
function cancels(steps: Steps, left: readonly string[]): void {
  const { transfer } = steps.side;
  if (transfer === 'none' || TRANSFER_TABLE[transfer].cancel === null) return;
  if (steps.me === 'provider' && transfer === 'verifying') steps.put('asks to cancel', {}, ['cancel?'], left);
  else steps.ends('cancels', 'cancel', false, left);
}

const EVENTS = { suspends: 'suspend', resumes: 'resume', revokes: 'revoke' } as const;

function notice(steps: Steps, verb: keyof typeof EVENTS, left: readonly string[]): void {
  const { side } = steps;
  const event = EVENTS[verb];
  const peer = stepPeer(side.peer, event);
  if (peer === undefined || peer === side.peer) return;
  steps.put(verb, { peer, said: side.said + 1 }, [`notice ${side.said + 1} peer-${event}`], left);
}

/** Takes one message, if this side may hear it now. */
function hears(steps: Steps, message: string): void {
  const { side, me } = steps;
  const { transfer, notes, entries } = side;
  const [kind, ...rest] = message.split(' ');
  const what = rest.join(' ');
  if (kind === 'notice') {
    const [number, event] = rest as [string, PeerEvent];
    const peer = isNext(side.seen, Number(number), event) ? stepPeer(side.peer, event) : undefined;
    if (peer !== undefined) steps.put(`hears ${message}`, { peer, seen: Number(number) });
    return;
  }
  if (!statesFor('Transfers/Report').includes(stateOf(side.peer))) return;
  if (kind === 'agreement') {
    const next = AGREEMENT_TABLE[side.agreement]['peer-terminate'];
    if (next !== 'refuse' && next !== 'ignore') steps.put(`hears ${message}`, { agreement: next });
  } else if (kind === 'report') report(steps, what as TransferState);
  else if (kind === 'offer') offered(steps);
  else if (kind === 'accepted' || kind === 'pull') {
    if (transfer === 'checking' && has(entries, 'transfer.offered')) steps.move(`hears ${message}`, 'stream');
  } else if (kind === 'rows') {
    if (transfer === 'streaming' && !has(notes, 'quarantined'))
      steps.put('takes rows', { notes: plus(notes, 'quarantined') });
  } else if (kind === 'acknowledgement') {
    if (transfer === 'streaming' && !has(notes, 'acknowledged'))
      steps.record('hears an acknowledgement', ['acknowledgement.recorded'], undefined, {
        notes: plus(notes, 'acknowledged'),
      });
  } else if (kind === 'sent') {
    if (has(entries, 'transfer.accepted') && !has(notes, 'sent'))
      steps.put('hears what was sent', { notes: plus(notes, 'sent') });
  } else if (kind === 'thanks') {
    if (transfer === 'landed') steps.move('is thanked for the receipt', 'receipt');
  } else if (kind === 'cancel?') steps.ends('is asked to cancel', 'cancel', true);
  else if (kind === 'receipt') receipt(steps, what === 'landed' ? 'land' : 'reject');
  else throw new Error(`${me} does not know: ${message}`);
}

function report(steps: Steps, there: TransferState): void {
  const { side, me } = steps;
  const { transfer } = side;
  if (transfer === 'none') {
    const begins = me === 'consumer' && (there === 'offered' || there === 'checking' || there === 'streaming');
    if (begins && hasRights(side)) steps.put('hears of it', { transfer: 'offered' }, ['report offered']);
    return;
  }
  if (me === 'consumer' && transfer === 'offered' && (there === 'checking' || there === 'refused'))
    return void steps.move(`hears report ${there}`, 'check');
  if (me === 'consumer' && there === 'refused') {
    const inPlace = has(side.notes, 'inPlace');
    if (endsAs(transfer, 'refuse', { byPeer: true, inPlace }) !== undefined)
      steps.move('hears report refused', 'refuse');
  }
  if (there === 'failed') steps.ends('hears report failed', 'fail', true);
  if (there === 'cancelled') steps.ends('hears report cancelled', 'cancel', true);
}

/** The offer is taken once; the answer to it may be lost, and is given again. */
function offered(steps: Steps): void {
  const { side } = steps;
  if (side.transfer === 'none') {
    if (hasRights(side)) steps.put('hears of it', { transfer: 'offered' }, ['report offered']);
  } else if (side.transfer === 'offered') steps.move('hears an offer', 'check');
  else if (side.transfer === 'checking' && side.agreement === 'active') {
    if (!has(side.entries, 'transfer.accepted'))
      steps.record('records that it accepts', ['transfer.accepted'], 'stream');
    else steps.move('accepts', 'stream', {}, ['accepted']);
  } else if (side.transfer === 'streaming') steps.put('says again that it accepts', {}, ['accepted']);
}

function receipt(steps: Steps, event: 'land' | 'reject'): void {
  const accepted = steps.side.transfer === 'checking' && has(steps.side.entries, 'transfer.offered');
  if (accepted) return void steps.move('hears a receipt', 'stream');
  const { side } = steps;
  if (side.transfer === 'none') return;
  if (has(side.notes, 'receipt')) return void steps.put('thanks again', {}, ['thanks']);
  if (event === 'land' && !has(side.notes, 'sent')) return;
  const taken = takesReceipt(side.transfer, event, has(side.notes, 'sent'));
  if (taken !== 'refuse') steps.record(`hears a receipt: ${event}`, ['receipt.recorded'], event);
}

function* next(world: World, scenario: Scenario): Generator<readonly [string, World]> {
  for (const me of ['provider', 'consumer'] as const) {
    const steps = new Steps(world, me, scenario);
    const { side } = steps;
    if (side.turn !== undefined) inTurn(steps);
    else if (has(side.notes, 'placing') && !has(side.entries, 'transfer.landed')) consumer(steps);
    else {
      people(steps);
      withoutRights(steps);
      if (me === 'provider') provider(steps);
      else consumer(steps);
      const prefix = `${other(me)}: `;
      for (const message of world.net) if (message.startsWith(prefix)) hears(steps, message.slice(prefix.length));
    }
    yield* steps.out;
  }
}

export function transferModel(scenario: Scenario): Model<World> {
  return {
    start: [{ provider: START, consumer: START, net: [], left: scenario.people }],
    key: keyOf,
    next: (world) => next(world, scenario),
    wrong: (world, before) => wrong(world, before, scenario),
    settled,
    isByPeople: (step) => /^\w+ (cancels|asks to cancel|terminates|fails|suspends|revokes)$/.test(step),
  };
}
