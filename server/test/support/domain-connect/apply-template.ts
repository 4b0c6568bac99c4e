/*
 * What a DNS provider does with a template, by the rules of the specification (Domain Connect 2.3, revision 67):
 *
 * Groups      With `groupId`, only records of these groups are applied, and those without a group.
 * Variables   `%name%` stands for the parameter of that name; names are case-sensitive. `%domain%`, `%host%` and `%fqdn%`
 *             ([host.]domain) are built in. A variable without a value is an error: nothing is applied.
 * Host        Relative to [host.]domain unless it ends with a dot; `@` or nothing is [host.]domain itself.
 * pointsTo    Absolute; `@` is [host.]domain.
 * Conflicts   At the same name: a CNAME goes with A, AAAA, TXT, MX and CNAME records, and they with it; MX takes the place of
 *             MX; a TXT record takes the place of others by its mode: None of none, All of all, Prefix of those that begin so.
 * SPFM        The rules are merged into the SPF record that stands (before its `all`, whose qualifier stays the least
 *             restrictive), or become one that ends with `~all`. A name with several SPF records can't be merged: a conflict.
 *
 * It shares nothing with `core/domain-connect/`, and knows nothing of what our service means.
 */

/** A record as a zone holds it; names and targets are absolute, without the final dot. */
export interface HeldRecord {
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'CNAME' | 'MX' | 'NS' | 'TXT';
  readonly value: string;
  readonly priority?: number;
}

/** A record of a template, as JSON has it. */
export type RawRecord = Readonly<Record<string, string | number | undefined>>;

/** How a template is applied. */
export interface Application {
  readonly domain: string;
  readonly host: string;
  readonly groups: readonly string[];
  readonly parameters: ReadonlyMap<string, string>;
}

/** What is wrong with an application: nothing of it is done. */
export class ApplyError extends Error {}

const GOES_WITH_CNAME = ['A', 'AAAA', 'TXT', 'MX', 'CNAME'];

/** Applies a template to a zone. @throws ApplyError */
export function applyTemplate(
  template: { readonly records: readonly RawRecord[] },
  application: Application,
  zone: readonly HeldRecord[],
): readonly HeldRecord[] {
  const { groups } = application;
  const rows = template.records.filter(
    ({ groupId }) => groups.length === 0 || !groupId || groups.includes(String(groupId)),
  );
  const made: HeldRecord[] = [];
  let left = [...zone];
  for (const row of rows) {
    const name = findName(String(row.host ?? ''), application);
    if (row.type === 'SPFM') {
      const spf = [...left, ...made].filter((each) => each.name === name && isSpf(each));
      if (spf.length > 1) throw new ApplyError(`${name} has several SPF records.`);
      left = left.filter((each) => !(each.name === name && (each.type === 'CNAME' || isSpf(each))));
      made.push({ name, type: 'TXT', value: mergeSpf(spf[0]?.value, fill(String(row.spfRules), application)) });
      continue;
    }
    const record = readRecord(row, name, application);
    left = left.filter((each) => each.name !== name || !conflicts(row, record, each));
    made.push(record);
  }
  return [...left, ...made];
}

function readRecord(row: RawRecord, name: string, application: Application): HeldRecord {
  if (row.type === 'TXT') return { name, type: 'TXT', value: fill(String(row.data ?? ''), application) };
  const target = fill(String(row.pointsTo ?? ''), application);
  const value = target === '@' || target === '' ? findName('@', application) : target.replace(/\.$/, '');
  if (row.type === 'MX') return { name, type: 'MX', value, priority: Number(row.priority) };
  if (row.type === 'CNAME' || row.type === 'A' || row.type === 'AAAA') return { name, type: row.type, value };
  throw new ApplyError(`Records of type ${row.type} aren't supported.`);
}

function conflicts(row: RawRecord, record: HeldRecord, held: HeldRecord): boolean {
  if (record.type === 'CNAME') return GOES_WITH_CNAME.includes(held.type);
  if (held.type === 'CNAME') return GOES_WITH_CNAME.includes(record.type);
  if (record.type === 'A' || record.type === 'AAAA') return held.type === 'A' || held.type === 'AAAA';
  if (record.type !== held.type) return false;
  if (record.type === 'MX') return true;
  const mode = row.txtConflictMatchingMode ?? 'None';
  if (mode === 'All') return true;
  return mode === 'Prefix' && held.value.startsWith(String(row.txtConflictMatchingPrefix));
}

function fill(text: string, { domain, host, parameters }: Application): string {
  const builtIn = new Map([
    ['domain', domain],
    ['host', host],
    ['fqdn', host === '' ? domain : `${host}.${domain}`],
  ]);
  return text.replace(/%([^%]*)%/g, (_, name: string) => {
    const value = builtIn.get(name) ?? parameters.get(name);
    if (value === undefined) throw new ApplyError(`There is no value for %${name}%.`);
    return value;
  });
}

function findName(host: string, application: Application): string {
  const { domain } = application;
  const base = application.host === '' ? domain : `${application.host}.${domain}`;
  const filled = fill(host, application);
  if (filled === '' || filled === '@') return base.toLowerCase();
  return (filled.endsWith('.') ? filled.slice(0, -1) : `${filled}.${base}`).toLowerCase();
}

function isSpf({ type, value }: HeldRecord): boolean {
  return type === 'TXT' && /^v=spf1(?: |$)/i.test(value);
}

/** The qualifiers of `all`, the least restrictive first. */
const QUALIFIERS = ['+', '?', '~', '-'];

function mergeSpf(standing: string | undefined, rules: string): string {
  const terms = (standing ?? 'v=spf1 ~all').split(/\s+/).slice(1);
  const all = terms.find((term) => /^[+?~-]?all$/i.test(term)) ?? '~all';
  const qualifier = QUALIFIERS.includes(all.charAt(0)) ? all.charAt(0) : '+';
  const least = QUALIFIERS.indexOf(qualifier) < QUALIFIERS.indexOf('~') ? qualifier : '~';
  const kept = terms.filter((term) => term !== all);
  const added = rules.split(/\s+/).filter((term) => !kept.includes(term));
  return ['v=spf1', ...kept, ...added, `${least}all`].join(' ');
}
