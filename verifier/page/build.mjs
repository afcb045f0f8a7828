// Builds the auditor's page: one HTML file with its script and style inside, which opens from a disk and loads nothing.
// Its policy names both by their hashes, so that nothing else can run in it, whatever a bundle says.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

const [{ output }] = await build({
  configFile: false,
  root: at('..'),
  logLevel: 'warn',
  build: {
    write: false,
    target: 'es2022',
    reportCompressedSize: false,
    lib: { entry: at('../dist/page/main.js'), formats: ['iife'], name: 'verifier', fileName: 'page' },
  },
});
if (output.length !== 1) throw new Error(`the page was bundled into ${output.length} files`);

const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const script = output[0].code.trim().replaceAll('</script', '<\\/script');
const [page, style] = await Promise.all([readFile(at('page.html'), 'utf8'), readFile(at('page.css'), 'utf8')]);
const parts = { 'script-hash': hash(script), 'style-hash': hash(style), style, script };
const html = page.replaceAll(/\/\*(script-hash|style-hash|style|script)\*\//g, (_, name) => parts[name]);
await writeFile(at('../dist/counterfoil-verifier.html'), html);
