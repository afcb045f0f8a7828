import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { CounterfoilError, LIMITS } from '../daemon/foundation/index.js';
import { LinkGauge } from '../daemon/pipeline/send/link-gauge.js';
import { squeezed, unsqueezed } from '../daemon/pipeline/wire/index.js';
import { agree, csvFile, pair, proven } from './support/pair.js';

const MB = 1e6;

/** Sends batches of 2 MB over a link of so many bytes a second, as time would go; gives how many went compressed. */
function run(gauge: LinkGauge, batches: number, link: number, { gain = 3, compress = 70 * MB, read = 600 * MB } = {}) {
  let count = 0;
  for (let at = 0; at < batches; at++) {
    const bytes = 2 * MB;
    const small = gauge.squeeze;
    if (small) count++;
    const worked = (bytes / read + (small ? bytes / compress : 0)) * 1000;
    const onTheWire = ((small ? bytes / gain : bytes) / link) * 1000;
    gauge.took(bytes, worked, Math.max(0, onTheWire - worked));
  }
  return count / batches;
}

test('batches go compressed over a slow link, and as they are over a fast one', () => {
  for (const link of [1.25 * MB, 6 * MB, 12.5 * MB]) {
    const share = run(new LinkGauge('auto', { squeeze: false }), 1000, link);
    assert.ok(share > 0.85, `${link}: ${share}`);
  }
  for (const link of [125 * MB, 400 * MB, 2000 * MB])
    for (const before of [false, true]) {
      const share = run(new LinkGauge('auto', { squeeze: before }), 1000, link);
      assert.ok(share < 0.1, `${link}: ${share}`);
    }
});

test('what cannot be compressed soon goes as it is, also over a slow link', () => {
  const share = run(new LinkGauge('auto', { squeeze: false }), 2000, 6 * MB, { gain: 1 });
  assert.ok(share < 0.15, `${share}`);
});

test('a link that changes is found out', () => {
  const gauge = new LinkGauge('auto', { squeeze: false });
  assert.ok(run(gauge, 200, 5 * MB) > 0.7);
  run(gauge, 200, 800 * MB);
  assert.ok(run(gauge, 500, 800 * MB) < 0.1);
  run(gauge, 600, 5 * MB);
  assert.ok(run(gauge, 500, 5 * MB) > 0.8);
});

test('what was found of a link holds for the next stream', () => {
  const slow = () => new LinkGauge('auto', { squeeze: false });
  // Whoever reads slowly looks like a slow link; compressing does not help, and is not tried again.
  const first = slow();
  assert.ok(run(first, 60, 20 * MB, { gain: 1 }) > 0);
  assert.ok(first.found.squeezed! > 0);
  assert.equal(run(new LinkGauge('auto', { ...first.found, squeeze: false }), 100, 20 * MB, { gain: 1 }), 0);
});

test('a setting decides alone', () => {
  assert.equal(run(new LinkGauge('always', { squeeze: false }), 500, 2000 * MB), 1);
  assert.equal(run(new LinkGauge('never', { squeeze: true }), 500, 1 * MB), 0);
});

test('a compressed body is the same again; a bomb or a damaged one is refused', () => {
  const body = Buffer.from('a row like many others, '.repeat(1000));
  const small = squeezed(body)!;
  assert.ok(small.length < body.length / 10);
  assert.deepEqual(Buffer.from(unsqueezed(small)), body);
  assert.equal(squeezed(randomBytes(100_000)), undefined);
  assert.equal(squeezed(Buffer.alloc(100)), undefined);
  const refused = (bytes: Uint8Array, code: string) =>
    assert.throws(
      () => unsqueezed(bytes),
      (error) => error instanceof CounterfoilError && error.code === code,
    );
  refused(deflateRawSync(Buffer.alloc(LIMITS.batchBytes + 1)), 'batch.too_large');
  refused(small.subarray(0, small.length - 3), 'batch.invalid');
  refused(randomBytes(1000), 'batch.invalid');
});

test('rows that went compressed land as they were', async (t) => {
  const { acme, vendor, folder } = await pair(t, { acme: { config: { wireCompression: 'always' } } });
  await acme.dataset('rows', csvFile(folder, 'rows', 20_000));
  const shown = await vendor.ends(await vendor.transfer(await agree(acme, vendor, 'rows')));
  assert.equal(shown.state, 'receipted', JSON.stringify(shown.reasons));
  assert.ok(shown.wire! < shown.bytes * 0.7, `${shown.wire} of ${shown.bytes}`);
  await proven(acme, vendor, folder);
});
