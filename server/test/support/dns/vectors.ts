import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The public test suites stand beside the repository, not in it: they are large and have licenses of their own. */
const VECTORS = new URL('../../../../../shared/vectors/', import.meta.url);

/**
 * Finds a file of published test vectors.
 * @returns its path, or null where it is absent; with `CI=true` its absence is an error, so that no suite falls out unseen
 */
export function findVectors(file: string): string | null {
  const path = fileURLToPath(new URL(file, VECTORS));
  if (existsSync(path)) return path;
  if (process.env.CI === 'true') throw new Error(`The test vectors ${file} are absent; they are expected at ${path}.`);
  return null;
}
