import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';

interface FindFaults {
  findFaults(root: string): string[];
}

const script = new URL('../../../../scripts/lint/layout-faults.mjs', import.meta.url).href;
const { findFaults } = (await import(script)) as FindFaults;

const made = mkdtempSync(join(tmpdir(), 'autosend-layout-'));
after(() => rmSync(made, { recursive: true, force: true }));

const FOLDERS = [
  'server/src',
  'server/test',
  'server/docs',
  'dashboard/src',
  'packages/sdk/src',
  'examples',
  'bench',
  'scripts',
];
let trees = 0;

/** Writes a project of these files, and lists what is wrong with its layout. */
async function judge(files: Readonly<Record<string, string>>): Promise<string[]> {
  trees += 1;
  const root = join(made, String(trees));
  for (const folder of FOLDERS) await mkdir(join(root, folder), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return findFaults(root);
}

/** A folder of that many files, each with a test beside it. */
function fill(folder: string, count: number): Record<string, string> {
  const names = Array.from({ length: count }, (_, at) => `${folder}/file-${at}`);
  return Object.fromEntries(names.flatMap((name) => [`${name}.ts`, `${name}.test.ts`].map((path) => [path, ''])));
}

test('thirty files side by side are accepted, with their tests; the 31st is refused', async () => {
  assert.deepEqual(await judge(fill('server/src/core/names', 30)), []);
  assert.deepEqual(await judge(fill('server/src/core/names', 31)), [
    'server/src/core/names has 31 files side by side, 30 at most: give an idea in it a folder.',
  ]);
});

test('two files that import each other are refused, if only by their types', async () => {
  const faults = await judge({
    'server/src/core/names/a.ts': "import type { B } from './b.ts';\nexport type A = B | null;\n",
    'server/src/core/names/b.ts': "import type { A } from './a.ts';\nexport type B = A[];\n",
  });
  assert.deepEqual(faults, [
    'These files import each other in a circle: server/src/core/names/a.ts, server/src/core/names/b.ts.',
  ]);
});

test('folders that import each other are refused, even where no two files do', async () => {
  const faults = await judge({
    'server/src/core/spf/a.ts': "import { b } from '../names/b.ts';\n",
    'server/src/core/names/b.ts': '',
    'server/src/core/names/c.ts': "export * from '../spf/d.ts';\n",
    'server/src/core/spf/d.ts': '',
  });
  assert.equal(faults.length, 1);
  assert.match(faults[0] ?? '', /^These folders import each other in a circle: .*core\/names, .*core\/spf\./);
});

for (const [what, file, text, reason] of [
  ['db from core', 'server/src/core/a.ts', "import '../db/client.ts';", /core may import nothing/],
  [
    'http from services',
    'server/src/services/a.ts',
    "import type { App } from '../http/app.ts';",
    /services may import/,
  ],
  ['cli from jobs', 'server/src/jobs/a.ts', "const run = () => import('../cli/main.ts');", /jobs may import/],
  ['compose.ts from services', 'server/src/services/a.ts', "import '../compose.ts';", /services may import/],
  [
    'services from the dashboard',
    'dashboard/src/a.tsx',
    "import '../../server/src/services/a.ts';",
    /the dashboard takes/,
  ],
  ['the SDK from services', 'server/src/services/a.ts', "import '../../../packages/sdk/src/a.ts';", /built on the SDK/],
  [
    'the service from the SDK',
    'packages/sdk/src/a.ts',
    "import '../../../server/src/wire/a.ts';",
    /package of its own/,
  ],
  ['the SDK as a file', 'examples/a/b.mjs', "import '../../packages/sdk/src/a.ts';", /its own folder/],
  ['a package from an example', 'examples/a/b.mjs', "import pg from 'pg';", /its own folder/],
  ['SQL outside db', 'server/src/services/a.ts', "import { eq } from 'drizzle-orm/pg-core';", /Only db\/ speaks SQL/],
  ['a socket outside dns', 'server/src/crypto/a.ts', "import dgram from 'node:dgram';", /Only dns\/ opens DNS sockets/],
  ['AWS outside providers', 'server/src/jobs/a.ts', "import '@aws-sdk/client-sesv2';", /Only providers\//],
  ['files in core', 'server/src/core/a.ts', "import { readFileSync } from 'node:fs';", /core\/ is pure/],
] as const)
  test(`${what}: refused, with the file and the reason`, async () => {
    const faults = await judge({ [file]: `${text}\n` });
    assert.equal(faults.length, 1, faults.join('\n'));
    assert.ok(faults[0]?.startsWith(`${file} imports `), faults[0]);
    assert.match(faults[0] ?? '', reason);
  });
