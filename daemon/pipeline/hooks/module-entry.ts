import { pathToFileURL } from 'node:url';
import { RecordBatchReader } from 'apache-arrow';
import type { HookCall } from './hook.js';

// The process that runs a JavaScript hook: rows on standard input, the answer of its function `check` on standard output.
const print = process.stdout.write.bind(process.stdout);
// What the module itself prints goes where nobody mistakes it for the answer.
process.stdout.write = process.stderr.write.bind(process.stderr) as typeof process.stdout.write;
const [, , module, told] = process.argv as [string, string, string, string];
const call = JSON.parse(told) as HookCall;

const { check } = (await import(pathToFileURL(module).href)) as { check?: unknown };
if (typeof check !== 'function') throw new TypeError('A hook module exports a function check.');
const batches = await RecordBatchReader.from(process.stdin);
await batches.open();
const answer: unknown = await (check as (given: unknown) => unknown)({ ...call, schema: batches.schema, batches });
print(`${JSON.stringify(answer)}\n`, () => process.exit(0));
