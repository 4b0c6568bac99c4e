import { type AppError, validationError } from '../core/errors.ts';

/** Deeper than any body that we take; what writes JSON again calls itself for each level. */
const MAX_DEPTH = 64;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/**
 * Parses a JSON body, stricter than JSON.parse where two readers could see two different things: invalid UTF-8,
 * a key twice in one object (RFC 8259 §4), and `__proto__`; and no deeper than 64 levels.
 * @returns undefined for an empty body
 * @throws AppError VALIDATION_FAILED
 */
export function parseJsonBody(octets: Uint8Array): unknown {
  if (octets.length === 0) return undefined;
  let text: string;
  try {
    text = decoder.decode(octets);
  } catch (cause) {
    throw malformed("it isn't valid UTF-8", cause);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    // The engine quotes the text around the fault, and this text may be one of a secret.
    if (text.includes('PRIVATE KEY'))
      throw malformed('a private key must be a single string with its line breaks written as \\n');
    throw malformed(
      cause instanceof Error ? cause.message.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 120) : "it can't be parsed",
      cause,
    );
  }
  const fault = findFault(text);
  if (fault) throw malformed(fault);
  return value;
}

function malformed(what: string, cause?: unknown): AppError {
  const error = validationError('body', `The body isn't valid JSON: ${what}.`);
  if (cause !== undefined) error.cause = cause;
  return error;
}

/** Finds a repeated or dangerous key, or too many levels, in text that is known to be valid JSON: strings are all that can hide a brace. */
function findFault(text: string): string | null {
  const open: (Set<string> | null)[] = [];
  for (const [token, key] of text.matchAll(/("(?:[^"\\]|\\.)*")(?=\s*:)|"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (key !== undefined) {
      const name: unknown = JSON.parse(key);
      const seen = open.at(-1);
      if (typeof name !== 'string' || !seen) continue;
      if (name === '__proto__') return 'the key "__proto__" isn\'t allowed';
      if (seen.has(name)) return `the key ${JSON.stringify(name.slice(0, 40))} appears twice`;
      seen.add(name);
    }
    if (open.length > MAX_DEPTH) return `it has more than ${MAX_DEPTH} levels`;
  }
  return null;
}
