import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DataType, valueText } from '../daemon/columnar/index.js';

const cases: [DataType, Parameters<typeof valueText>[1], string][] = [
  [{ name: 'date', unit: 'd' }, 3287, '1979-01-01'],
  [{ name: 'date', unit: 'ms' }, -86_400_000n, '1969-12-31'],
  [{ name: 'timestamp', unit: 's' }, -1n, '1969-12-31T23:59:59'],
  [{ name: 'timestamp', unit: 'us', tz: 'Europe/Berlin' }, 1_767_607_200_000_001n, '2026-01-05T10:00:00.000001Z'],
  [{ name: 'timestamp', unit: 'ns' }, 500_000_000n, '1970-01-01T00:00:00.5'],
  [{ name: 'time', unit: 'ms' }, 3_723_004, '01:02:03.004'],
  [{ name: 'decimal', precision: 10, scale: 2 }, -5n, '-0.05'],
  [{ name: 'decimal', precision: 10, scale: -2 }, 5n, '500'],
  [{ name: 'int', bits: 64, signed: true }, 2n ** 62n, '4611686018427387904'],
  [{ name: 'binary' }, Uint8Array.of(0, 255), '0x00ff'],
  [{ name: 'bool' }, false, 'false'],
  [{ name: 'list', item: { name: 'date', unit: 'd' } }, [0, null], '["1970-01-01",null]'],
  [{ name: 'struct', fields: [{ name: 'n', type: { name: 'int', bits: 64, signed: true } }] }, { n: 7n }, '{"n":"7"}'],
];

test('values are shown as people read them', () => {
  for (const [type, value, text] of cases) assert.equal(valueText(type, value), text, JSON.stringify(type));
});
