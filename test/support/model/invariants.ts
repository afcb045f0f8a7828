import { stateOf } from '../../../daemon/peering/machine.js';
import { isFinal } from '../../../daemon/pipeline/transfers/index.js';
import { has, hasRights, type Scenario, type Side, type World } from './world.js';

/** The rules that never bend, as far as they speak of one transfer. What is wrong with a world, or with the step to it. */
export function wrong(
  { provider: p, consumer: c, net }: World,
  before: World | undefined,
  scenario: Scenario,
): string | undefined {
  const sends = has(net, 'provider: rows') && before !== undefined && !has(before.net, 'provider: rows');
  if (
    sends &&
    !(has(p.entries, 'checks.passed') && has(p.entries, 'transfer.offered') && (scenario.providerPasses ?? true))
  )
    return 'something leaves unchecked';
  if (sends && !hasRights(before.provider)) return 'something leaves without rights';
  const lands = has(c.notes, 'inPlace') && before !== undefined && !has(before.consumer.notes, 'inPlace');
  if (lands && !(has(c.entries, 'checks.passed') && has(c.notes, 'sent') && (scenario.consumerPasses ?? true)))
    return 'something lands unchecked';
  if (lands && !hasRights(before.consumer)) return 'something lands without rights';
  if (has(c.notes, 'inPlace') && !['verifying', 'landed', 'receipted'].includes(c.transfer))
    return 'something has landed of a transfer that ended otherwise';
  for (const [side, needs] of [[p, PROVIDER_NEEDS] as const, [c, CONSUMER_NEEDS] as const])
    for (const type of (needs as Partial<Record<string, readonly string[]>>)[side.transfer] ?? [])
      if (!has(side.entries, type)) return `${side.transfer} without the entry ${type}`;
  if (p.transfer === 'receipted' && !['landed', 'receipted'].includes(c.transfer))
    return 'a receipt for what has not landed';
  if (p.transfer === 'rejected' && c.transfer !== 'rejected') return 'a rejection that nobody gave';
  if (c.transfer === 'refused' && p.transfer !== 'refused') return 'a refusal that nobody gave';
  return undefined;
}

const PROVIDER_NEEDS = {
  streaming: ['checks.passed', 'transfer.offered'],
  verifying: ['transfer.sent'],
  landed: ['transfer.sent', 'receipt.recorded'],
  receipted: ['transfer.sent', 'receipt.recorded'],
  refused: ['checks.failed', 'transfer.refused'],
  rejected: ['receipt.recorded'],
  cancelled: ['transfer.cancelled'],
  failed: ['transfer.failed'],
};
const CONSUMER_NEEDS = {
  streaming: ['transfer.accepted'],
  verifying: ['transfer.acknowledged'],
  landed: ['checks.passed', 'transfer.landed'],
  receipted: ['checks.passed', 'transfer.landed'],
  rejected: ['checks.failed', 'transfer.rejected'],
  cancelled: ['transfer.cancelled'],
  failed: ['transfer.failed'],
};

/** Both say the same, or one was cut off before it could hear the other. */
export function settled({ provider: p, consumer: c }: World): boolean {
  if (p.turn !== undefined || c.turn !== undefined) return false;
  const cut = [p, c].some((side) => stateOf(side.peer) !== 'active');
  const ended = (side: Side) => side.transfer === 'none' || isFinal(side.transfer);
  if (p.transfer === c.transfer && p.transfer !== 'none') return ended(p);
  if (p.transfer === 'none') return !hasRights(p);
  if (!cut) return c.transfer === 'none' && isFinal(p.transfer);
  return [p, c].every((side) => ended(side) || side.transfer === 'landed' || stateOf(side.peer) === 'suspended');
}
