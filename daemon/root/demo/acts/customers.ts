import { CUSTOMERS_CONTRACT, CUSTOMERS_PRIVATE_RULE, CUSTOMERS_REQUIREMENTS } from '../contracts.js';
import { customersCsv } from '../customers.js';
import { firstRow } from '../landed.js';
import { ACME, count, LAB, must, type Scene, VENDOR } from '../scene.js';

const CUSTOMER_ROWS = 20_000;
/** Options of `agreement offer`: one rule for each column. */
const masks = (rules: Record<string, string>): string[] =>
  Object.entries(rules).flatMap(([column, rule]) => ['--mask', `${column}=${rule}`]);

const PERSONAL = ['customer_id', 'full_name', 'email', 'phone', 'birth_date'];

export async function blocked(scene: Scene): Promise<Record<string, unknown>> {
  const source = scene.stage.file('customers.csv', customersCsv(CUSTOMER_ROWS));
  const contract = scene.stage.file('customers.contract.yaml', CUSTOMERS_CONTRACT);
  const requirements = scene.stage.file('customers.requirements.yaml', CUSTOMERS_REQUIREMENTS);
  await scene.stage.run('acme', ['dataset', 'add', 'customers', '--source', source, '--contract', contract]);
  await scene.stage.run('acme', ['dataset', 'publish', 'customers']);
  await scene.stage.run('vendor', ['requirements', 'set', requirements, '--peer', ACME, '--dataset', 'customers']);
  const { json } = await scene.stage.run('acme', ['agreement', 'offer', '--peer', VENDOR, '--dataset', 'customers'], 1);
  const error = json.error as { code: string; message: string };
  must(error.code === 'agreement.blocked', 'the offer is blocked');
  scene.fact(error.message);
  return { code: error.code };
}

export async function refused(scene: Scene): Promise<Record<string, unknown>> {
  const keep = masks(Object.fromEntries(PERSONAL.map((column) => [column, 'keep'])));
  const agreement = await scene.agree('vendor', VENDOR, 'customers', keep);
  const transfer = await scene.transfer('vendor', agreement, 'refused');
  must(transfer.bytes === 0, 'no byte has left');
  const [reason] = transfer.reasons as { code: string; message: string }[];
  scene.fact(reason?.message ?? '');
  await scene.stage.run('acme', ['agreement', 'terminate', agreement, '--reason', 'offered again with masks']);
  return { state: transfer.state, bytes: transfer.bytes };
}

export async function masked(scene: Scene): Promise<Record<string, unknown>> {
  const rules = masks({
    customer_id: 'keep',
    email: 'token',
    phone: 'partial:4',
    birth_date: 'generalise_date:year',
    full_name: 'drop',
  });
  const agreement = await scene.agree('vendor', VENDOR, 'customers', rules);
  const transfer = await scene.transfer('vendor', agreement, 'receipted');
  const first = await firstRow(scene.stage, transfer.landed as string);
  scene.fact(`landed ${count(transfer.rows)} rows; the first one:`);
  scene.fact(
    Object.entries(first)
      .map(([column, value]) => `${column} ${value}`)
      .join(' · '),
  );
  return { state: transfer.state, rows: transfer.rows };
}

export async function sameData(scene: Scene): Promise<Record<string, unknown>> {
  const rules = masks({
    customer_id: 'keep',
    email: 'drop',
    phone: 'null',
    full_name: 'token',
    birth_date: 'generalise_date:month',
  });
  const agreement = await scene.agree('lab', LAB, 'customers', rules);
  const transfer = await scene.transfer('lab', agreement, 'receipted');
  const [vendor, lab] = await Promise.all([columns(scene, VENDOR), columns(scene, LAB)]);
  const shared = [...vendor.keys()].filter((column) => lab.has(column) && vendor.get(column) === lab.get(column));
  const differ = [...vendor.keys()].filter((column) => lab.has(column) && vendor.get(column) !== lab.get(column));
  must(
    ['customer_id', 'city', 'plan', 'spend'].every((column) => shared.includes(column)),
    'unmasked columns have equal roots',
  );
  scene.fact(`same data, provably: ${shared.join(', ')}`);
  scene.fact(`masked for one or both: ${differ.join(', ')}`);
  return { state: transfer.state, same: shared, masked: differ };
}

/** Column roots of the view of the customers that a peer got, from what Acme signed. */
async function columns(scene: Scene, peer: string): Promise<Map<string, string>> {
  const { json } = await scene.stage.run('acme', ['transfer', 'list']);
  const sent = (json.transfers as { id: string; peer: string; dataset: string; state: string }[]).find(
    (transfer) => transfer.peer === peer && transfer.dataset === 'customers' && transfer.state === 'receipted',
  );
  const { json: shown } = await scene.stage.run('acme', ['transfer', 'show', sent?.id ?? '']);
  const columns = (shown.view as { columns: { name: string; root: string }[] } | null)?.columns ?? [];
  return new Map(columns.map(({ name, root }) => [name, root]));
}

export async function rejected(scene: Scene): Promise<Record<string, unknown>> {
  const requirements = scene.stage.file('lab.requirements.yaml', CUSTOMERS_PRIVATE_RULE);
  await scene.stage.run('lab', ['requirements', 'set', requirements, '--peer', ACME, '--dataset', 'customers']);
  const rules = masks({
    ...Object.fromEntries(PERSONAL.map((column) => [column, 'drop'])),
    customer_id: 'keep',
  });
  const agreement = await scene.agree('lab', LAB, 'customers', rules);
  const transfer = await scene.transfer('lab', agreement, 'rejected');
  must(transfer.landed === null, 'nothing has landed');
  const mine = await scene.until(
    'acme',
    ['transfer', 'show', String(transfer.id)],
    ({ state }) => state === 'rejected',
  );
  const [reason] = mine.reasons as { message: string }[];
  scene.fact(`Acme reads: ${reason?.message ?? ''}`);
  const { json } = await scene.stage.run('acme', ['ledger', 'list', '--peer', LAB]);
  const entry = (json.entries as { type: string; seq: number; entry: { transfer?: string } }[]).find(
    ({ type, entry: { transfer: id } }) => type === 'receipt.recorded' && id === transfer.id,
  );
  must(entry !== undefined, "the rejection is in Acme's ledger");
  return { state: transfer.state, entry: entry?.seq };
}
