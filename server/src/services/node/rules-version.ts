import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** What decides what a check makes of its answers: the rules, what feeds them, and the packages that both use. */
const SOURCES = ['../../core', '../checks', '../domain-object', '../../../package.json'];

let version: Promise<string> | null = null;

/**
 * Names the rules that this program judges by: a hash of their source, so that no change of a rule can forget to say so. The program runs
 * from its source; it is read once, at the first check.
 */
export function readRulesVersion(): Promise<string> {
  version ??= hashSources().catch((error: unknown) => {
    version = null;
    throw error;
  });
  return version;
}

async function hashSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    const path = fileURLToPath(new URL(source, import.meta.url));
    for (const file of await listFiles(path)) hash.update(await readFile(file));
  }
  return hash.digest('base64url');
}

async function listFiles(path: string): Promise<string[]> {
  if (path.endsWith('.json')) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /(?<!\.test)\.ts$/.test(entry.name))
    .map(({ parentPath, name }) => `${parentPath}/${name}`)
    .sort();
}
