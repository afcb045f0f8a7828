import { type RuleBook, type RuleJson, tellRule } from '../../agreement/index.js';
import { editContract, inspectContract } from '../../catalog/index.js';
import type { AdminService } from '../../edge/index.js';
import type { Json } from '../../foundation/index.js';

type Contracts = Pick<AdminService['datasets'], 'checkContract' | 'editContract'>;

/** Contracts that are being written. Nothing is kept. */
export function contractAdmin(rules: RuleBook): Contracts {
  const parsed = (rule: Json): RuleJson => rules.parse({ ...(rule as object), source: 'provider' }, '');
  return {
    checkContract: async ({ contract: text, dataset }) => {
      const named = dataset === undefined ? {} : { dataset };
      const { faults, json, contract } = inspectContract(text, { ...named, checkRule: rules.parse });
      return {
        ...{ ok: faults.length === 0, faults: [...faults], document: json },
        ...{ digest: contract?.digest ?? null, table: contract?.table ?? null },
        rules: (contract?.rules ?? []).map((rule) => tellRule(parsed(rule))),
        notEvaluated: [...(contract?.notEvaluated ?? [])],
      };
    },
    editContract: async ({ contract, edits }) => ({
      contract: editContract(
        contract,
        edits.map(({ path, value }) => ({ path, value: value as Json | undefined })),
      ),
    }),
  };
}
