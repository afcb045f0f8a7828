// Compresses what was built, once, so that the gateway need not: each file beside its .br.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const folder = fileURLToPath(new URL('../dist/assets', import.meta.url));
const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } };
for (const name of readdirSync(folder))
  if (/\.(js|css|svg)$/.test(name))
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(readFileSync(join(folder, name)), options));
