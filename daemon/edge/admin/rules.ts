import { mayAs, type Principal, type Role } from '../../access/index.js';
import { CounterfoilError } from '../../foundation/index.js';

/** Who may call an operation, and whether the edge itself leaves a ledger entry of it. */
export interface Rule {
  /** The least role; `anyone`: also who is not signed in. */
  least: Role | 'anyone';
  /**
   * The input entries that say what it is done to. Present where the room behind leaves no entry with the person's name,
   * so that the edge leaves one (`admin.action`) before it calls.
   */
  record?: readonly string[];
}

const look: Rule = { least: 'auditor' };
const exchange: Rule = { least: 'steward' };
const run: Rule = { least: 'administrator' };

/** Role × operation. An operation that is not here is the administrator's alone. */
export const RULES: Readonly<Record<string, Rule>> = {
  'agreement.accept': exchange,
  'agreement.counter': exchange,
  'agreement.draft': exchange,
  'agreement.dry-run': exchange,
  'agreement.landing': look,
  'agreement.list': look,
  'agreement.offer': exchange,
  'agreement.reject': exchange,
  'agreement.set-landing': { least: 'steward', record: ['id'] },
  'agreement.show': look,
  'agreement.terminate': exchange,
  'audit.bundle': { least: 'auditor', record: ['peer'] },
  'audit.export': { least: 'administrator', record: ['peer'] },
  'contract.check': look,
  'contract.edit': look,
  'contract.set': { least: 'steward', record: ['name'] },
  'contract.show': look,
  'data.decrypt': { least: 'administrator', record: ['folder'] },
  'dataset.add': exchange,
  'dataset.identify': exchange,
  'dataset.list': look,
  'dataset.preview': exchange,
  'dataset.profile': exchange,
  'dataset.publish': exchange,
  'dataset.sample': { least: 'steward', record: ['name'] },
  'dataset.show': look,
  'dataset.versions': look,
  'erasure.list': look,
  'erasure.request': exchange,
  'erasure.show': look,
  'events.follow': look,
  'gateway.doctor': look,
  'gateway.reach': look,
  'gateway.settings': look,
  'gateway.status': look,
  'invite.accept': run,
  'invite.create': run,
  'invite.list': look,
  'invite.revoke': run,
  'ledger.compare': look,
  'ledger.declare-restored': run,
  'ledger.head': look,
  'ledger.list': look,
  'ledger.rotate-key': run,
  'ledger.show': look,
  'ledger.verify': { least: 'auditor', record: ['peer'] },
  'mask.list': look,
  'override.list': look,
  'override.set': exchange,
  'override.withdraw': exchange,
  'overview.show': look,
  'peer.acknowledge-restore': run,
  'peer.confirm': run,
  'peer.list': look,
  'peer.resume': run,
  'peer.revoke': run,
  'peer.show': look,
  'peer.suspend': run,
  'preset.list': look,
  'requirements.list': look,
  'requirements.set': exchange,
  'session.end': { least: 'anyone' },
  'session.open': { least: 'anyone' },
  'session.password': look,
  'session.setup': { least: 'anyone' },
  'session.show': { least: 'anyone' },
  'settings.change': run,
  'settings.source': run,
  'settings.source-remove': run,
  'source.describe': exchange,
  'token.create': look,
  'token.list': look,
  'token.revoke': look,
  'transfer.cancel': exchange,
  'transfer.delete': exchange,
  'transfer.list': look,
  'transfer.report': look,
  'transfer.resume': { least: 'steward', record: ['id'] },
  'transfer.show': look,
  'transfer.start': { least: 'steward', record: ['agreement'] },
  'transfer.watch': look,
  'user.add': run,
  'user.change': run,
  'user.list': run,
  'user.remove': run,
  'version.compare': look,
  'version.shred': run,
};

export const ruleOf = (operation: string): Rule => RULES[operation] ?? run;

/** `admin.unauthorised` for who is not known, `admin.forbidden` for a role that is not enough. */
export function refuseUnlessMay(principal: Principal | null, operation: string, unknown: () => CounterfoilError): void {
  const { least } = ruleOf(operation);
  if (least === 'anyone') return;
  if (principal === null) throw unknown();
  if (mayAs(principal.role, least)) return;
  throw new CounterfoilError(
    'admin.forbidden',
    `This needs the role ${least}; ${principal.name ?? 'this token'} is ${principal.role === 'steward' ? 'a' : 'an'} ${principal.role}.`,
  );
}
