import { isIpAddressText } from './ip-address-text.ts';

/** What was around a host in pasted text. `parts` are in words, in the order in which they stand. */
export interface PastedHost {
  readonly parts: readonly string[];
  /** What is left; not yet known to be a domain name, and empty where nothing is. */
  readonly host: string;
}

/**
 * Finds the host in a pasted URL, mail address or host with port (RFC 3986 §3, RFC 5322 §3.4), leniently: it only serves
 * to tell the person what was found and to suggest what was meant.
 *
 *     https://user@example.com:25/path
 *     └scheme┘└──┘ └─ host ──┘└─┘└───┘
 *
 * @returns null where the text has none of these parts
 */
export function findPastedHost(text: string): PastedHost | null {
  const parts: string[] = [];
  let rest = text;

  const bracketed = /^[^<>]*<([^<>]+)>$/.exec(rest)?.[1];
  if (bracketed?.includes('@')) rest = bracketed;

  const scheme = /^(?:[a-z][a-z\d+.-]*:)?[/\\]{2}|^(?:https?|mailto):[/\\]?/i.exec(rest)?.[0];
  if (scheme) {
    parts.push('a protocol');
    rest = rest.slice(scheme.length);
  }
  const end = rest.search(/[/\\?#]/);
  const tail = end === -1 ? '' : rest.slice(end);
  if (tail) rest = rest.slice(0, end);
  const at = rest.lastIndexOf('@');
  if (at !== -1) {
    parts.push('a mailbox');
    rest = rest.slice(at + 1);
  }
  const colon = rest.lastIndexOf(':');
  if (colon !== -1 && !isIpAddressText(rest) && /^\d*$/.test(rest.slice(colon + 1))) {
    parts.push('a port');
    rest = rest.slice(0, colon);
  }
  if (tail) parts.push(nameTail(tail));
  return parts.length === 0 ? null : { parts, host: rest };
}

function nameTail(tail: string): string {
  if (tail.startsWith('?')) return 'a query';
  return tail.startsWith('#') ? 'a fragment' : 'a path';
}
