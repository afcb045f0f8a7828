import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Server, ServerCredentials, type ServerWritableStream } from '@grpc/grpc-js';
import { METHOD, OPTIONS, type Order, same } from './order.js';

/** The sending process of the benches of bare transports: sends as many bytes as were ordered to whoever connects. */
process.once('message', (order: Order) => {
  void serve(order).then((port) => process.send!({ port }));
});

function serve({ transport, bytes, chunk, cert, key }: Order): Promise<number> {
  const piece = Buffer.alloc(chunk, 0x5a);
  const pour = async (write: (piece: Buffer) => Promise<void> | undefined) => {
    for (let sent = 0; sent < bytes; sent += chunk) await write(piece);
  };
  if (transport === 'grpc' || transport === 'grpc-plain') {
    const server = new Server(OPTIONS);
    const path = METHOD;
    const definition = {
      ...{ path, requestStream: false, responseStream: true },
      ...{ requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same },
    };
    server.addService(
      { get: definition },
      { get: (call: ServerWritableStream<Buffer, Buffer>) => void pour(writer(call)).then(() => call.end()) },
    );
    const credentials =
      transport === 'grpc'
        ? ServerCredentials.createSsl(null, [{ private_key: Buffer.from(key), cert_chain: Buffer.from(cert) }])
        : ServerCredentials.createInsecure();
    return new Promise((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', credentials, (error, port) => (error ? reject(error) : resolve(port)));
    });
  }
  const take = (socket: Socket) => void pour(writer(socket)).then(() => socket.end());
  const server = transport === 'tls' ? createTlsServer({ cert, key, minVersion: 'TLSv1.3' }, take) : createServer(take);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

interface Sink {
  write(piece: Buffer): boolean;
  once(event: 'drain', listener: () => void): unknown;
}

const writer = (sink: Sink) => (piece: Buffer) =>
  sink.write(piece) ? undefined : new Promise<void>((resolve) => sink.once('drain', resolve));
