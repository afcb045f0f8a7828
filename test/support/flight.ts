import type { TestContext } from 'node:test';
import type { FlightHandlers, WireFrame } from '../../daemon/edge/peer/index.js';
import { systemClock, utf8 } from '../../daemon/foundation/index.js';
import { TestGateway } from './gateway.js';
import { sharedIdentity } from './peering.js';

export const MIB = 1024 * 1024;
type Options = ConstructorParameters<typeof TestGateway>[1];

export async function friends(t: TestContext, flight: Partial<FlightHandlers>, options: Options = {}) {
  const [acme, vendor] = await Promise.all(
    ['acme.example', 'vendor.example'].map(async (id) =>
      new TestGateway(await sharedIdentity(id, systemClock), { ...options, flight }).start(t),
    ),
  );
  await acme!.befriend(vendor!);
  return { acme: acme!, vendor: vendor! };
}

export const frame = (index: number, bytes = 1000): WireFrame => ({
  header: utf8(`header ${index}`),
  metadata: utf8(`meta ${index}`),
  body: new Uint8Array(bytes).fill(index),
});

export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const value of source) out.push(value);
  return out;
}
