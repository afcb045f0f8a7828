import { openAsBlob } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { ParquetFile } from 'parquet-wasm/node';
import type { ReaderAnswer, ReaderRequest } from './reader.js';

/** Rows of one answer. */
const ROWS = 8192;

interface Opened {
  file: ParquetFile;
  parts?: AsyncIterator<{ intoIPCStream(): Uint8Array }>;
}

// The thread in which the reference reader works: a file that makes it panic ends this thread and nothing else.
const opened = new Map<number, Opened>();

parentPort!.on('message', (request: ReaderRequest) => {
  work(request).then(
    (bytes) => answer({ id: request.id, bytes }),
    (error: unknown) => answer({ id: request.id, failed: String(error) }),
  );
});

async function work({ file, path, wants }: ReaderRequest): Promise<Uint8Array | undefined> {
  if (wants === 'schema') {
    const parquet = await ParquetFile.fromFile(await openAsBlob(path));
    opened.set(file, { file: parquet });
    return parquet.schema().intoIPCStream();
  }
  const open = opened.get(file)!;
  if (wants === 'close') {
    opened.delete(file);
    open.file.free();
    return undefined;
  }
  open.parts ??= ((await open.file.stream({ batchSize: ROWS })) as AsyncIterable<{ intoIPCStream(): Uint8Array }>)[
    Symbol.asyncIterator
  ]();
  const next = await open.parts.next();
  return next.done ? undefined : next.value.intoIPCStream();
}

function answer(message: ReaderAnswer): void {
  parentPort!.postMessage(message, message.bytes === undefined ? [] : [message.bytes.buffer as ArrayBuffer]);
}
