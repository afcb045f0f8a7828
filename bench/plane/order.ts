import type { ChannelOptions } from '@grpc/grpc-js';

/** What the sending process is to do. */
export interface Order {
  transport: 'tcp' | 'tls' | 'grpc' | 'grpc-plain';
  bytes: number;
  /** Bytes of one write, or one message. */
  chunk: number;
  cert: string;
  key: string;
}

export const METHOD = '/bench.Plane/Get';

/** gRPC as someone would set it up for large messages, no more. */
export const OPTIONS: ChannelOptions = {
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
  'grpc-node.flow_control_window': 8 * 1024 * 1024,
};

export const same = (bytes: Buffer): Buffer => bytes;
