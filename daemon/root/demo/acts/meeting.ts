import { ACME, LAB, must, type Scene, VENDOR } from '../scene.js';

export async function gateways(scene: Scene): Promise<Record<string, unknown>> {
  await Promise.all([
    scene.stage.gateway('acme', ACME, 'Acme'),
    scene.stage.gateway('vendor', VENDOR, 'Vendor AI'),
    scene.stage.gateway('lab', LAB, 'Lab'),
  ]);
  const fingerprints = await Promise.all(
    ['acme', 'vendor', 'lab'].map(async (name) => (await scene.stage.run(name, ['status'])).json.fingerprint),
  );
  scene.fact(`acme   key ${String(fingerprints[0]).slice(0, 16)}…`);
  scene.fact(`vendor key ${String(fingerprints[1]).slice(0, 16)}…`);
  scene.fact(`lab    key ${String(fingerprints[2]).slice(0, 16)}…`);
  return {};
}

export async function meetOnline(scene: Scene): Promise<Record<string, unknown>> {
  const { json } = await scene.stage.run('acme', ['invite', 'create', '--for', VENDOR]);
  const invite = json.invite as string;
  scene.fact(
    `invite ${invite.slice(0, 28)}… (${invite.length} characters, works once, expires ${String(json.expiresAt)})`,
  );
  await scene.stage.run('vendor', ['invite', 'accept', invite]);
  return { words: await confirm(scene, 'vendor', VENDOR) };
}

export async function meetByTexts(scene: Scene): Promise<Record<string, unknown>> {
  const { json } = await scene.stage.run('acme', ['invite', 'create', '--exchange', '--for', LAB]);
  const accepted = await scene.stage.run('lab', ['invite', 'accept', json.invite as string, '--exchange']);
  await scene.stage.run('acme', ['invite', 'accept', accepted.json.reply as string]);
  return { words: await confirm(scene, 'lab', LAB) };
}

/** Waits until both sides know the words, compares them, and confirms on both. */
async function confirm(scene: Scene, other: string, id: string): Promise<string> {
  const here = await scene.until('acme', ['peer', 'show', id], ({ words }) => words !== null);
  const there = await scene.until(other, ['peer', 'show', ACME], ({ words }) => words !== null);
  must(here.words === there.words, 'both sides show the same six words');
  scene.fact(`"${String(here.words)}"`);
  await scene.stage.run('acme', ['peer', 'confirm', id, '--words', String(here.words)]);
  await scene.stage.run(other, ['peer', 'confirm', ACME, '--words', String(there.words)]);
  await scene.until('acme', ['peer', 'show', id], ({ state }) => state === 'active');
  await scene.until(other, ['peer', 'show', ACME], ({ state }) => state === 'active');
  return String(here.words);
}
