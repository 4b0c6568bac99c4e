// Which test files a command runs, and which of them share a process.
import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ALL_TESTS = [
  'dashboard/src/**/*.test.ts',
  'packages/sdk/{src,test}/**/*.test.ts',
  'server/src/**/*.test.ts',
  'server/test/**/*.test.ts',
];
/** Rules as tables of cases, without hooks and without state: starting Node.js for each of them costs more than they do. */
const RULES = [
  'dashboard/src/**/*.test.ts',
  'packages/sdk/src/**/*.test.ts',
  'server/src/{core,crypto,dns,wire}/**/*.test.ts',
];
/** Nodes that are restarted, killed and paused under load, and runtimes that are fetched: `npm run test:heavy`. */
const HEAVY = [
  'server/test/faults/{rolling-restart,key-rotation-nodes,ses-nodes}.test.ts',
  'packages/sdk/test/runtimes.test.ts',
];

/**
 * Names the files for the test runner. Those of the rules become one file in `folder` that imports them all.
 * @param given patterns; without any, all files but the heavy ones
 * @param isHeavy the heavy ones alone
 */
export function chooseTestFiles(root, folder, { given, isHeavy }) {
  if (given.length > 0) return given;
  const find = (patterns) => globSync(patterns, { cwd: root, exclude: ['**/node_modules/**'] }).sort();
  const heavy = find(HEAVY);
  if (isHeavy) return heavy;
  const rules = find(RULES);
  const apart = new Set([...rules, ...heavy]);
  const path = join(folder, 'rules.test.mjs');
  writeFileSync(
    path,
    rules.map((file) => `import ${JSON.stringify(pathToFileURL(join(root, file)).href)};\n`).join(''),
  );
  return [path, ...find(ALL_TESTS).filter((file) => !apart.has(file))];
}
