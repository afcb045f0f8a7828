import type { Http2SecureServer, ServerHttp2Session, Settings } from 'node:http2';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { Server } from '@grpc/grpc-js';
import { CounterfoilError, LIMITS } from '../../foundation/index.js';

/**
 * The places in grpc-js 1.14.7 (pinned) that have no public door. Tests hold each of them fast; a release that moves
 * one fails to start here, by name, instead of losing speed or a bound in silence.
 */
interface ServerInternals {
  commonServerOptions: { settings?: Settings };
  http2Servers: Map<Http2SecureServer, unknown>;
}

interface SocketInternals {
  _handle?: { readStart(): number; writeQueueSize: number } | null;
}

interface ReadableInternals {
  _readableState: { highWaterMark: number };
}

function internalsOf(server: Server): ServerInternals {
  const internals = server as unknown as Partial<ServerInternals>;
  if (typeof internals.commonServerOptions !== 'object' || !(internals.http2Servers instanceof Map))
    throw new CounterfoilError('internal', 'This release of grpc-js is not the one that the gateway was built for.');
  return internals as ServerInternals;
}

/** Gives each stream that is received a window of this size. Call it before `bindAsync`. */
export function widenStreams(server: Server, bytes: number): void {
  const { commonServerOptions } = internalsOf(server);
  commonServerOptions.settings = { ...commonServerOptions.settings, initialWindowSize: bytes };
}

/** The HTTP/2 servers behind a bound server: for their sessions, connection limits and TLS failures. */
export function http2ServersOf(server: Server): Http2SecureServer[] {
  return [...internalsOf(server).http2Servers.keys()];
}

/**
 * Follows every connection of a bound server, from before its TLS handshake, and notices its resets. What is returned
 * ends them all: grpc-js itself forgets those whose handshake is under way when it shuts down.
 */
export function followSockets(server: Server): () => void {
  const sockets = new Set<Socket>();
  for (const http2 of http2ServersOf(server)) {
    http2.on('connection', (socket: Socket) => {
      sockets.add(socket);
      noticeResets(socket);
      socket.once('close', () => sockets.delete(socket));
    });
  }
  return () => {
    for (const socket of sockets) socket.destroy();
  };
}

/**
 * Lets a connection that was reset at the very moment of a write end like any other. Node.js 20 loses the error of such
 * a write between TLS and HTTP/2, waits for it for ever, and does not read meanwhile; with nothing left to write, reading
 * is started again here, and finds the end. On a sound connection this does nothing. `socket` is the TCP socket.
 */
export function noticeResets(socket: Socket): void {
  const timer = setInterval(() => {
    const handle = (socket as unknown as SocketInternals)._handle;
    if (handle?.writeQueueSize === 0) handle.readStart();
  }, LIMITS.resetCheckMs).unref();
  socket.once('close', () => clearInterval(timer));
}

/** Gives a connection a window of this size. Call it on the server's `session` event. */
export function widenConnection(session: ServerHttp2Session, bytes: number): void {
  session.setLocalWindowSize(bytes);
}

/** Bounds the messages that a stream of grpc-js holds for a slow reader; it reads 16 ahead otherwise. */
export function boundReadAhead(stream: Readable, messages: number): void {
  const internals = stream as unknown as Partial<ReadableInternals>;
  if (typeof internals._readableState?.highWaterMark !== 'number')
    throw new CounterfoilError('internal', 'This release of Node.js is not one that the gateway was built for.');
  internals._readableState.highWaterMark = messages;
}
