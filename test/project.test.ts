import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repoRoot } from './support/repo.js';

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  hasInstallScript?: boolean;
}

function json<T>(name: string): T {
  return JSON.parse(readFileSync(join(repoRoot, name), 'utf8')) as T;
}

const manifest = json<{ workspaces: string[]; allowScripts: Record<string, boolean> }>('package.json');
const lock = json<{ packages: Record<string, Locked> }>('package-lock.json');
const registry = Object.entries(lock.packages).filter(
  ([path, { link }]) => path !== '' && !link && !manifest.workspaces.includes(path),
);

test('the lock pins every package of the registry by its content, and no place it comes from', () => {
  assert.ok(registry.length > 100);
  for (const [path, { integrity, resolved }] of registry) {
    assert.match(integrity ?? '', /^sha512-/, `${path} has no integrity`);
    assert.equal(resolved, undefined, `${path} names where it was fetched`);
  }
});

test('a package may run a script at its installation only where it is written down', () => {
  const scripts = registry.filter(([, { hasInstallScript }]) => hasInstallScript);
  const names = scripts.map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
  assert.deepEqual(Object.keys(manifest.allowScripts).sort(), names.sort());
});
