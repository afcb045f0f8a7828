import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { Client, credentials } from '@grpc/grpc-js';
import { orgId, systemClock } from '../../daemon/foundation/index.js';
import { Identity } from '../../daemon/identity/index.js';
import { type Cost, costOf, cpuOf } from '../measure.js';
import { METHOD, OPTIONS, type Order, same } from './order.js';

const CHUNK = 1024 * 1024;

/** Sends bytes from another process to this one over a bare transport; what both processes took. */
export async function bareTransfer(folder: string, transport: Order['transport'], bytes: number): Promise<Cost> {
  const home = mkdtempSync(join(folder, 'plane-'));
  const peer = fork(new URL('./peer.js', import.meta.url));
  try {
    const identity = await Identity.create({ home, id: orgId('a.example'), hosts: ['127.0.0.1'], clock: systemClock });
    const { ca, certificate: cert, key } = identity.tls;
    identity.close();
    peer.send({ transport, bytes, chunk: CHUNK, cert, key } satisfies Order);
    const [{ port }] = (await once(peer, 'message')) as [{ port: number }];
    const before = cpuOf(peer.pid!);
    const [got, cost] = await costOf(() =>
      transport === 'tcp' || transport === 'tls' ? pull(transport, port, ca) : pullGrpc(transport, port, ca),
    );
    if (got < bytes) throw new Error(`Of ${bytes} bytes ${got} came.`);
    return { ...cost, cpu: cost.cpu + cpuOf(peer.pid!) - before };
  } finally {
    peer.kill();
    rmSync(home, { recursive: true, force: true });
  }
}

async function pull(transport: 'tcp' | 'tls', port: number, ca: string): Promise<number> {
  const host = '127.0.0.1';
  const socket: Socket =
    transport === 'tls' ? connectTls({ host, port, ca, minVersion: 'TLSv1.3' }) : connectTcp({ host, port });
  return counted(socket);
}

async function pullGrpc(transport: 'grpc' | 'grpc-plain', port: number, ca: string): Promise<number> {
  const channel = transport === 'grpc' ? credentials.createSsl(Buffer.from(ca)) : credentials.createInsecure();
  const client = new Client(`127.0.0.1:${port}`, channel, OPTIONS);
  try {
    return await counted(client.makeServerStreamRequest(METHOD, same, same, Buffer.alloc(0)));
  } finally {
    client.close();
  }
}

async function counted(chunks: AsyncIterable<Buffer> & NodeJS.EventEmitter): Promise<number> {
  let got = 0;
  chunks.on('data', (chunk: Buffer) => {
    got += chunk.length;
  });
  await once(chunks, 'end');
  return got;
}
