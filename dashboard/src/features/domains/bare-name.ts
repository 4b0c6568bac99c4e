import { findPastedHost } from '../../../../server/src/core/pasted-host.ts';

/**
 * Finds the domain that a pasted text is about: the host of an address or mailbox, without `www.`.
 *
 *     https://www.example.com/   →  example.com
 *     Ann <ann@example.com>      →  example.com
 *
 * @returns null where the text is such a name already, or holds none
 */
export function findBareName(text: string): string | null {
  const trimmed = text.trim();
  const host = (findPastedHost(trimmed)?.host ?? trimmed).toLowerCase().replace(/\.$/, '');
  const bare = host.replace(/^www\.(?=[^.]+\.)/, '');
  return bare !== trimmed.toLowerCase().replace(/\.$/, '') && /^[^\s.]+(\.[^\s.]+)+$/.test(bare) ? bare : null;
}
