import { isKept } from '../publishing/kept-records.ts';

/** Whether somebody else writes into a zone of the test, too. */
export function isDisturbed(zone: string): boolean {
  return /^k\d*[13579]\./.test(zone);
}

/** What of others isn't there any more, of the lines of `fetchZone`; an SPF record may have one more term. */
export function listLost(before: readonly string[], now: readonly string[]): string[] {
  const after = now.map(readLine);
  return before.filter((line) => !isKept(readLine(line), after)).map((line) => `lost: ${line}`);
}

/** Names at which something stands twice that there may be only one of: SPF (RFC 7208 §3.2), DMARC (RFC 7489 §6.6.3), a key, our ownership text. */
export function listTwice(lines: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const [name = '', , type = '', ...rdata] = line.split(' ');
    const kind = type === 'TXT' ? findKind(name, rdata.join(' ')) : null;
    if (kind !== null) counts.set(`${kind} ${name}`, (counts.get(`${kind} ${name}`) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count > 1).map(([what, count]) => `${count} times: ${what}`);
}

function findKind(name: string, text: string): string | null {
  if (/^"v=spf1/i.test(text)) return 'SPF';
  if (/^"v=DMARC1/i.test(text)) return 'DMARC';
  if (name.includes('._domainkey.')) return 'DKIM';
  return name.startsWith('_autosend-verify.') ? 'ownership' : null;
}

/** A record without its TTL, in which character-strings are one text. */
function readLine(line: string): string {
  const [name = '', , type = '', ...rdata] = line.split(' ');
  return `${name} ${type} ${rdata.join(' ').replace(/^"|"$/g, '').replaceAll('" "', '')}`;
}
