import { findPastedHost } from '../../../../server/src/core/names/pasted-host.ts';

const SEPARATOR = /[\s,;]+/u;
const CLUTTER = /^["'`“”‘’<>()[\],;]+|["'`“”‘’<>()[\],;]+$/gu;
const MAX_NAMES = 100;
/** A name of DNS, in any script; whether it can be added is for the server to say. */
const NAME = /^(?!.*\.\.)(?:[\p{L}\p{M}\p{N}_-]+\.)+[\p{L}\p{M}\p{N}-]*\p{L}[\p{L}\p{M}\p{N}-]*$/u;

/** What somebody pasted, read as names of domains. */
export interface PastedNames {
  /** The names in their order, each once; empty where the text holds none. */
  readonly names: readonly string[];
  /** Whether something was around them that had to be taken away. */
  readonly isTaken: boolean;
}

/**
 * Takes the names out of what people paste: addresses of pages and of mail, quotes, wildcards, names of records, final dots,
 * and lists of all of these.
 *
 *     https://www.example.com/path   →  www.example.com
 *     "*.example.com.", jo@test.org  →  example.com, test.org
 */
export function readPastedNames(text: string): PastedNames {
  const parts = text.split(SEPARATOR).filter((part) => part !== '');
  const names = parts.map(readName);
  const found = [...new Set(names.filter((name) => name !== null))];
  // A sentence that happens to hold a name is no list of names.
  const isClear = found.length > 0 && found.length <= MAX_NAMES && (parts.length === 1 || !names.includes(null));
  if (!isClear) return { names: [], isTaken: false };
  return { names: found, isTaken: found.length > 1 || found[0] !== text };
}

function readName(part: string): string | null {
  const bare = part.replace(CLUTTER, '');
  const host = (findPastedHost(bare)?.host ?? bare).replace(CLUTTER, '');
  const name = host
    .replace(/[.\u3002\uff0e\uff61]+$/u, '')
    .replace(/^(?:\*?\.)+/, '')
    // The name of a record: the domain stands behind its last underscore label.
    .replace(/^(?:.*\.)?_[^.]*\./, '')
    .toLowerCase();
  return NAME.test(name) ? name : null;
}
