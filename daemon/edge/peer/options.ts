import { type ChannelOptions, logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { LIMITS } from '../../foundation/index.js';

// What grpc-js has to say is said by us, with a code and a remedy.
setLogVerbosity(logVerbosity.NONE);

/** The timeout leaves room for the send buffer of a slow link: a ping waits behind it. */
const KEEPALIVE_TIME_MS = 30_000;
const KEEPALIVE_TIMEOUT_MS = 20_000;

const common: ChannelOptions = {
  'grpc.enable_retries': 0,
  'grpc.enable_channelz': 0,
  'grpc.keepalive_time_ms': KEEPALIVE_TIME_MS,
  'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
};

const client: ChannelOptions = {
  ...common,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.service_config_disable_resolution': 1,
  'grpc.enable_http_proxy': 0,
  'grpc.initial_reconnect_backoff_ms': LIMITS.retryMs,
  'grpc.min_reconnect_backoff_ms': LIMITS.retryMs,
  'grpc.max_reconnect_backoff_ms': LIMITS.retryMostMs / 2,
  // One connection for control and one for data, to each peer, shared with nobody.
  'grpc.use_local_subchannel_pool': 1,
};

/** The largest message with its Link frame around it. */
const controlBytes = LIMITS.offerMessageBytes + 16 * 1024;
const dataBytes = LIMITS.batchBytes + LIMITS.schemaMessageBytes + LIMITS.frameMetadataBytes + 16 * 1024;

/** Channel for unary calls and the Link. */
export const controlChannel: ChannelOptions = {
  ...client,
  'grpc.max_receive_message_length': controlBytes,
  'grpc.max_send_message_length': controlBytes,
};

/** Channel for DoGet and DoPut. The window is the receiver's: without it, 64 KiB in flight halve the speed. */
export const dataChannel: ChannelOptions = {
  ...client,
  'grpc-node.flow_control_window': LIMITS.flowWindowBytes,
  'grpc.max_receive_message_length': dataBytes,
  'grpc.max_send_message_length': dataBytes,
};

/** Peer listener. Its window is set by `widenWindows`, because grpc-js honours the option in clients only. */
export const peerServer: ChannelOptions = {
  ...common,
  'grpc.max_receive_message_length': dataBytes,
  'grpc.max_send_message_length': dataBytes,
  'grpc.max_concurrent_streams': LIMITS.streamsPerConnection,
  'grpc.max_connection_age_ms': LIMITS.connectionAgeMs,
};

export const enrolmentServer: ChannelOptions = {
  ...common,
  'grpc.max_receive_message_length': LIMITS.inviteBytes * 2,
  'grpc.max_send_message_length': LIMITS.inviteBytes * 2,
  'grpc.max_concurrent_streams': 1,
};
