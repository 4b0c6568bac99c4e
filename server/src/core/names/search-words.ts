import { toAsciiName } from './ascii-name.ts';
import { findPastedHost } from './pasted-host.ts';

/** A word to find: as it was typed, in lower case, and as it would stand in DNS where that is another text. */
export interface SearchWord {
  readonly text: string;
  readonly ascii: string;
}

const MAX_WORDS = 8;
const CLUTTER = /^["'`“”‘’<>()[\],;*.]+|["'`“”‘’<>()[\],;.]+$/gu;

/**
 * Reads what people type or paste into a search: of an address its host, without quotes, in any case; several words are all
 * to be found, in any order.
 *
 *     https://Bücher.example/shop  →  bücher.example (xn--bcher-kva.example)
 *     north star                   →  north, star
 */
export function readSearchWords(typed: string): SearchWord[] {
  const words = typed
    .normalize('NFC')
    .split(/\s+/u)
    .map(readWord)
    .filter((word) => word !== '');
  return [...new Set(words)].slice(0, MAX_WORDS).map((text) => ({ text, ascii: toAsciiName(text) ?? text }));
}

function readWord(word: string): string {
  const bare = word.replace(CLUTTER, '');
  const host = (findPastedHost(bare)?.host ?? bare).replace(CLUTTER, '');
  // Of nothing but a protocol or a port, the text itself is what somebody looks for.
  return (host === '' ? bare : host).toLowerCase();
}
