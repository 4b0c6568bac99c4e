import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

/** A secret is a line; what is longer is another file by mistake. */
const MAX_BYTES = 65_536;
/** Where Docker and Kubernetes put secrets into a container: open to all in it, and nobody else is in it. */
const IN_CONTAINER = /^(?:\/var)?\/run\/secrets\//;

/**
 * Reads a secret that an operator keeps in a file, without the line's end. Others must not be able to read it, or to put another
 * one in its place.
 * @returns the secret, or what is wrong as the end of a sentence that begins with the file's name
 */
export function readSecretFile(file: string): { readonly text: string } | { readonly problem: string } {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const { mode, size } = fstatSync(descriptor);
      const refused = IN_CONTAINER.test(file) ? 0o002 : 0o026;
      if ((mode & refused) !== 0)
        return { problem: `is open to others (mode ${format(mode)}). Run: chmod 600 '${file}'` };
      if (size > MAX_BYTES) return { problem: 'is too long for a secret.' };
      const text = readFileSync(descriptor, 'utf8').replace(/(?:\r?\n)+$/, '');
      return text === '' ? { problem: 'is empty.' } : { text };
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    return { problem: `cannot be read (${code}).` };
  }
}

function format(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}
