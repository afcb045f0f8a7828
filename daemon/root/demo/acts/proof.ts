import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACME, count, must, type Scene, VENDOR } from '../scene.js';

export async function audit(scene: Scene): Promise<Record<string, unknown>> {
  const [acme, vendor] = bundles(scene);
  await scene.stage.run('acme', ['audit', 'export', '--peer', VENDOR, '--out', acme]);
  await scene.stage.run('vendor', ['audit', 'export', '--peer', ACME, '--out', vendor]);
  const { json } = await scene.stage.run('acme', ['audit', 'verify', acme, vendor]);
  must(json.ok === true, 'both ledgers agree');
  scene.told.audit = { ok: true, entries: json.entries as number };
  scene.fact(`${String(json.verdict)}: ${count(json.entries)} entries, no fault`);
  return { entries: json.entries, verdict: json.verdict };
}

export async function tamper(scene: Scene): Promise<Record<string, unknown>> {
  const [acme, vendor] = bundles(scene);
  const bytes = readFileSync(acme);
  const at = bytes.indexOf('"type":"transfer.offered"') + 10;
  bytes[at]! ^= 1;
  const copy = join(scene.stage.dir, 'acme.tampered.tar');
  writeFileSync(copy, bytes);
  const { json } = await scene.stage.run('acme', ['audit', 'verify', copy, vendor], 1);
  const [fault] = json.faults as { class: string; log: string; seq: number | null; message: string }[];
  must(json.ok === false && fault !== undefined, 'the change is found');
  scene.told.tamper = { detected: true, class: String(fault?.class) };
  scene.fact(`found: ${fault?.class}, entry ${fault?.seq} of ${fault?.log}: ${fault?.message}`);
  return { class: fault?.class };
}

const bundles = ({ stage }: Scene): [string, string] => [join(stage.dir, 'acme.tar'), join(stage.dir, 'vendor.tar')];
