import { toUnicodeName } from './ascii-name.ts';

/**
 * Finds how people write a name: `bücher.example` for `xn--bcher-kva.example`.
 * @returns null where that is the name itself, and where it would hold what nobody sees
 */
export function findUnicodeName(name: string): string | null {
  const shown = toUnicodeName(name);
  // A joiner is valid in a name and invisible in a sentence.
  return shown === name || /\p{Cf}/u.test(shown) ? null : shown;
}
