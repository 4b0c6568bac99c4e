import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const MANIFESTS = ['package.json', 'server/package.json', 'dashboard/package.json'];
const readText = (path: string) => readFile(join(ROOT, path), 'utf8');

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly allowScripts?: Record<string, boolean>;
}

test('every package that runs a script when it is installed is named in allowScripts, and no other is', async () => {
  const lock = JSON.parse(await readText('package-lock.json')) as {
    packages: Record<string, { hasInstallScript?: boolean }>;
  };
  const withScripts = Object.entries(lock.packages).flatMap(([path, { hasInstallScript }]) =>
    hasInstallScript ? [path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)] : [],
  );
  const { allowScripts = {} } = JSON.parse(await readText('package.json')) as Manifest;
  assert.deepEqual([...new Set(withScripts)].sort(), Object.keys(allowScripts).sort());
});

test('every dependency has one exact version', async () => {
  for (const path of MANIFESTS) {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(await readText(path)) as Manifest;
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }))
      assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, `${path}: ${name}`);
  }
});

test('the SBOM names every production dependency with its version and license', async () => {
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'sbom'], {
    cwd: ROOT,
    maxBuffer: 32 * 2 ** 20,
  });
  const { bomFormat, components } = JSON.parse(stdout) as {
    bomFormat: string;
    components: { name: string; group?: string; version: string; licenses?: unknown[] }[];
  };
  assert.equal(bomFormat, 'CycloneDX');
  const licensed = new Set(
    components
      .filter(({ licenses = [] }) => licenses.length > 0)
      .map(({ group, name, version }) => `${group ? `${group}/` : ''}${name} ${version}`),
  );
  const { dependencies = {} } = JSON.parse(await readText('server/package.json')) as Manifest;
  for (const [name, version] of Object.entries(dependencies)) assert.ok(licensed.has(`${name} ${version}`), name);
});

test('the container runs as a user without rights, on a file system that it cannot write', async () => {
  assert.match(await readText('Dockerfile'), /\nUSER node\n/);
  const compose = await readText('compose.yaml');
  for (const line of ['read_only: true', 'cap_drop: [ALL]', 'no-new-privileges:true'])
    assert.ok(compose.includes(line), line);
});
