// Builds the auditor's page: one HTML file with its script and style inside, which opens from a disk and loads nothing.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild-wasm';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

const { outputFiles } = await build({
  entryPoints: [at('../dist/page/main.js')],
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  charset: 'ascii',
  legalComments: 'none',
  write: false,
});
const script = outputFiles[0].text.replaceAll('</script', '<\\/script');
const [page, style] = await Promise.all([readFile(at('page.html'), 'utf8'), readFile(at('page.css'), 'utf8')]);
const html = page.replace('/*style*/', () => style).replace('/*script*/', () => script);
await writeFile(at('../dist/counterfoil-verifier.html'), html);
