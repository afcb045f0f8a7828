import { AGREEMENT_EVENTS, AGREEMENT_STATES, AGREEMENT_TABLE } from '../../daemon/agreement/index.js';

const SAID: Partial<Record<string, string>> = { ignore: '·', refuse: '–' };

/** The table of states in docs/AGREEMENTS.md. */
export function statesTable(): string {
  const rows = AGREEMENT_EVENTS.map((event) => {
    const cells = AGREEMENT_STATES.map((state) => SAID[AGREEMENT_TABLE[state][event]] ?? AGREEMENT_TABLE[state][event]);
    return `| \`${event}\` | ${cells.join(' | ')} |`;
  });
  return [
    `| event | ${AGREEMENT_STATES.join(' | ')} |`,
    `|---|${AGREEMENT_STATES.map(() => '---').join('|')}|`,
    ...rows,
  ].join('\n');
}
