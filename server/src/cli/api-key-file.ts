import { readFile } from 'node:fs/promises';
import { parseApiKey } from '../crypto/api-keys.ts';
import { UsageError } from './usage-error.ts';

/**
 * Reads the API key that a file contains: alone, or as the variable that the dashboard's download has.
 * @throws UsageError where the file can't be read or contains anything else
 */
export async function readApiKeyFile(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) throw new UsageError(`The file ${file} can't be read.`);
  const apiKey = parseApiKey(text.trim().replace(/^AUTOSEND_API_KEY=/, ''));
  if (apiKey === null) throw new UsageError(`The file ${file} must contain one API key and nothing else.`);
  return apiKey;
}
