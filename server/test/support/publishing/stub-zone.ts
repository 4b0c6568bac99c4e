/** A record set in a stub, as its API shows it: names within the zone, values as the API takes them. */
export interface StubRrSet {
  /** Within the zone; an empty text is the zone itself. */
  readonly name: string;
  readonly type: string;
  ttl: number | null;
  values: string[];
  /** What somebody noted about a value, where the API has that. */
  readonly comments?: Map<string, string>;
}

/** A zone in a stub. */
export interface StubZone {
  readonly name: string;
  readonly rrSets: Map<string, StubRrSet>;
}

/** The key of a record set in its zone. */
export function keyOf(name: string, type: string): string {
  return `${name} ${type}`;
}

/** Whether a name of a set would break the rule that a CNAME is alone (RFC 1034 §3.6.2). */
export function breaksCnameRule(zone: StubZone, name: string, type: string): boolean {
  return [...zone.rrSets.values()].some(
    (each) => each.name === name && each.type !== type && (each.type === 'CNAME' || type === 'CNAME'),
  );
}

/** Names as every provider documents them: lower-case labels of letters, digits, hyphens and underscores; maybe a wildcard first. */
export const STUB_NAME = /^(?:\*|(?:\*\.)?(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63})$/;

const QUOTED = /^"(?:[^"\\]|\\["\\]|\\[0-9]{3})*"(?:\s+"(?:[^"\\]|\\["\\]|\\[0-9]{3})*")*$/;
const HOST = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+$/i;

/** Finds what is wrong with the value of a TXT record in presentation form: quoted character-strings of at most 255 octets. */
export function findTxtFault(value: string): string | null {
  if (!QUOTED.test(value)) return 'Data for TXT records must be given using quotation marks.';
  const octets = [...value.matchAll(/"((?:[^"\\]|\\["\\]|\\[0-9]{3})*)"/g)].map(
    ([, text = '']) => Buffer.from(text.replaceAll(/\\(?:[0-9]{3}|.)/g, 'x')).length,
  );
  return octets.some((length) => length > 255) ? 'A character-string has more than 255 octets.' : null;
}

/** Finds what is wrong with a host in presentation form that has to end with a dot. */
export function findHostFault(value: string): string | null {
  if (!value.endsWith('.')) return 'Hostname must be fully qualified (i.e., end in a dot: "example.com.")';
  return HOST.test(value) || value === '.' ? null : 'Hostname is invalid.';
}

/** Finds what is wrong with a value of one of the types that we publish. */
export function findValueFault(type: string, value: string): string | null {
  if (type === 'TXT') return findTxtFault(value);
  if (type === 'CNAME') return findHostFault(value);
  if (type !== 'MX') return null;
  const [, priority = '', host = ''] = /^(\d{1,5}) (\S+)$/.exec(value) ?? [];
  return priority === '' || Number(priority) > 65_535
    ? 'An MX record needs a priority and a host.'
    : findHostFault(host);
}

/** The texts of the TXT records at a name of the zone, each as one text: what a resolver would find. */
export function findStubTexts(zone: StubZone, fullName: string): string[] {
  const name = fullName === zone.name ? '' : fullName.slice(0, -zone.name.length - 1);
  const values = zone.rrSets.get(keyOf(name, 'TXT'))?.values ?? [];
  return values.map((value) => (value.startsWith('"') ? readQuoted(value) : value));
}

function readQuoted(value: string): string {
  return [...value.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replaceAll(/\\(.)/g, '$1')).join('');
}
