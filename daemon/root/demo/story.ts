import { CounterfoilError } from '../../foundation/index.js';
import { blocked, masked, refused, rejected, sameData } from './acts/customers.js';
import { flights } from './acts/flights.js';
import { gateways, meetByTexts, meetOnline } from './acts/meeting.js';
import { audit, tamper } from './acts/proof.js';
import type { Scene } from './scene.js';

interface Act {
  name: string;
  line: string;
  /** Plays it, and gives what `--json` shows of it besides name and time; fails unless all of it was as it has to be. */
  play(scene: Scene): Promise<Record<string, unknown>>;
}

const ACTS: readonly Act[] = [
  {
    name: 'gateways',
    line: 'Three organisations, each with a gateway of its own: a process, a folder, a key.',
    play: gateways,
  },
  {
    name: 'meet-online',
    line: 'Acme invites Vendor. Both screens show the same six words; both people confirm them.',
    play: meetOnline,
  },
  {
    name: 'meet-by-texts',
    line: 'Acme and Lab meet by exchanged texts: no listener is open, nothing is dialled until both have agreed.',
    play: meetByTexts,
  },
  {
    name: 'flights',
    line: 'Three million real flights, under a contract that needs every weekday and six airports.',
    play: flights,
  },
  {
    name: 'unmasked-offer-blocked',
    line: 'Customers, with personal data. Offered without masks, they are blocked: five columns look personal.',
    play: blocked,
  },
  {
    name: 'unmasked-transfer-refused',
    line: 'Acme insists and keeps every column. Vendor requires "no personal data": refused before a byte leaves.',
    play: refused,
  },
  { name: 'masked-landed', line: 'With masks, the same version lands at Vendor.', play: masked },
  {
    name: 'same-data',
    line: 'Lab gets the same version under other masks. Equal roots prove that both got the same data.',
    play: sameData,
  },
  {
    name: 'rejected',
    line: 'Lab keeps a rule to itself, and the data breaks it: nothing lands, Acme holds the signed rejection.',
    play: rejected,
  },
  {
    name: 'audit',
    line: 'Each side exports its ledger. An auditor verifies both files together, offline.',
    play: audit,
  },
  { name: 'tamper', line: 'One byte of a copy is changed.', play: tamper },
];

/**
 * Tells how two organisations, and a third, meet, exchange data and audit each other; every line of it is checked.
 * Rejects with what was not as it has to be; `scene.told` then ends with that step.
 */
export async function tell(scene: Scene): Promise<void> {
  for (const [at, { name, line, play }] of ACTS.entries()) {
    const begun = performance.now();
    scene.say(`\n${String(at + 1).padStart(2)}. ${line}`);
    const seconds = () => Math.round(performance.now() - begun) / 1000;
    try {
      const found = await play(scene);
      scene.told.steps.push({ name, ok: true, seconds: seconds(), ...found });
    } catch (error) {
      scene.told.steps.push({ name, ok: false, seconds: seconds(), error: CounterfoilError.from(error).toBody() });
      throw error;
    }
  }
  scene.told.ok = true;
}
