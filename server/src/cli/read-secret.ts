import { readSecretFile } from '../crypto/secret-file.ts';
import { UsageError } from './usage-error.ts';

const MAX_CHARACTERS = 65_536;

/**
 * Reads a secret from a file, or else from standard input: what stands on a command line can be read by everybody on the machine,
 * and stays in the shell's history.
 * @param what what it is, after "the"
 * @throws UsageError
 */
export async function readSecret(file: string | undefined, what: string): Promise<string> {
  if (file !== undefined) {
    const read = readSecretFile(file);
    if ('problem' in read) throw new UsageError(`--secret-file: ${file} ${read.problem}`);
    return read.text;
  }
  const missing = `The ${what} is missing. Put it in a file and add --secret-file FILE, or send it on standard input.`;
  if (process.stdin.isTTY) throw new UsageError(missing);
  process.stdin.setEncoding('utf8');
  let text = '';
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.length > MAX_CHARACTERS) throw new UsageError(`The ${what} on standard input is too long for a secret.`);
  }
  if (text.trim() === '') throw new UsageError(missing);
  return text.trim();
}
