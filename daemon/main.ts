#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { nextSignal, processIo, runCli } from './cli/index.js';
import { commandParts } from './root/parts.js';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const code = await runCli(process.argv.slice(2), processIo(), { ...commandParts(version), nextSignal });
// What was stopped by force may still hold the process open; anything else ends by itself.
if (code === 0) process.exitCode = 0;
else process.exit(code);
