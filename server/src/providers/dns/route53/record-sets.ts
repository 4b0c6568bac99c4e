import type { Change, ListResourceRecordSetsCommandInput, ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { DnsProviderAnswer, ProviderZone } from '../../../core/publishing/dns-provider.ts';
import { formatTarget } from '../../../core/publishing/rdata.ts';
import { hasSameRecords, READ_TYPES, type RrSet, type RrSetChange } from '../../../core/publishing/rr-set.ts';
import { refuseBeside } from '../beside-cname.ts';
import { ENDLESS_LIST, followPages } from '../pages.ts';
import type { Route53Caller } from './client.ts';
import { BROKEN_LIST } from './faults.ts';
import { compareNames, formatName, parseName } from './names.ts';
import { formatValue, parseValue } from './values.ts';

/** The most that the API gives at once. */
const PAGE = 300;
/** Of a set without a TTL of its own: what an alias points to has one. */
const ALIAS_TTL_SECONDS = 60;

/** Reads all record sets at these names, as Route 53 has them: one page where the zone has no more than that. */
export async function listRecordSets(
  caller: Route53Caller,
  zone: ProviderZone,
  names: readonly string[],
  signal: AbortSignal,
): Promise<DnsProviderAnswer<readonly ResourceRecordSet[]>> {
  const wanted = [...new Set(names)].sort(compareNames);
  const found: ResourceRecordSet[] = [];
  let start: Omit<ListResourceRecordSetsCommandInput, 'HostedZoneId' | 'MaxItems'> = {
    StartRecordName: formatName(wanted[0] ?? zone.name),
  };
  const hasMore = followPages();
  while (wanted.length > 0) {
    const input = { HostedZoneId: zone.id, MaxItems: PAGE, ...start };
    const answer = await caller.call(
      (sdk, client, options) => client.send(new sdk.ListResourceRecordSetsCommand(input), options),
      signal,
    );
    if (answer.outcome !== 'done') return answer;
    const { ResourceRecordSets = [], IsTruncated, NextRecordName, NextRecordType, NextRecordIdentifier } = answer.value;
    found.push(...ResourceRecordSets.filter(({ Name = '' }) => names.includes(parseName(Name))));
    if (IsTruncated === false) break;
    if (!IsTruncated || NextRecordName === undefined) return BROKEN_LIST;
    if (!hasMore(ResourceRecordSets.map(formatPlace))) return ENDLESS_LIST;
    const next = parseName(NextRecordName);
    while (wanted[0] !== undefined && compareNames(wanted[0], next) < 0) wanted.shift();
    // The list goes on in the middle of a name, or is asked for from the next name on that is wanted.
    const goesOn = {
      StartRecordName: NextRecordName,
      StartRecordType: NextRecordType,
      StartRecordIdentifier: NextRecordIdentifier,
    };
    start = wanted[0] === next ? goesOn : { StartRecordName: formatName(wanted[0] ?? next) };
  }
  return { outcome: 'done', value: found };
}

function formatPlace({ Name, Type, SetIdentifier }: ResourceRecordSet): string {
  return `${Name} ${Type} ${SetIdentifier}`;
}

/** Puts what Route 53 has into sets of the types that we read: those with a routing policy become one. */
export function readRrSets(sets: readonly ResourceRecordSet[]): RrSet[] {
  const records = sets.flatMap((set) => readSet(set) ?? []);
  const groups = Map.groupBy(records, ({ name, type }) => `${name} ${type}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const ttlSeconds = Math.min(...group.map((each) => each.ttlSeconds));
    return first ? [{ ...first, ttlSeconds, rdata: [...new Set(group.flatMap(({ rdata }) => rdata))] }] : [];
  });
}

function readSet({ Name = '', Type, TTL, ResourceRecords = [], AliasTarget }: ResourceRecordSet): RrSet | null {
  const type = READ_TYPES.find((each) => each === Type);
  if (type === undefined) return null;
  const name = parseName(Name);
  // An alias has no records of its own. It stands in the way like a CNAME, so it is shown as one.
  if (AliasTarget)
    return {
      name,
      type: 'CNAME',
      ttlSeconds: ALIAS_TTL_SECONDS,
      rdata: [formatTarget(parseName(AliasTarget.DNSName ?? ''))],
    };
  const rdata = ResourceRecords.map(({ Value = '' }) => parseValue(type, Value));
  return { name, type, ttlSeconds: TTL ?? ALIAS_TTL_SECONDS, rdata };
}

/**
 * Plans the changes of one batch. A set is deleted with the very values and TTL that Route 53 has, which is the guard: where
 * somebody changes it before the batch arrives, Route 53 refuses all of it.
 */
export function planChanges(
  changes: readonly RrSetChange[],
  standing: readonly ResourceRecordSet[],
): DnsProviderAnswer<readonly Change[]> {
  const present = standing.map(({ Name = '', Type = '' }) => ({ name: parseName(Name), type: Type }));
  const planned: Change[] = [];
  for (const { before, after } of changes) {
    const set = before ?? after;
    if (!set) continue;
    const about = { name: set.name, type: set.type };
    const own = standing.filter(({ Name = '', Type }) => parseName(Name) === set.name && Type === set.type);
    const found = readRrSets(own).find(({ type }) => type === set.type) ?? null;
    if (!hasSameRecords(found, before)) return { outcome: 'changed', detail: '', about };
    if (own.some((each) => !isSimple(each))) {
      const detail = 'It has a routing policy or is an alias. Route 53 keeps several answers for this one name.';
      return { outcome: 'refused_record', detail, about };
    }
    const refusal = refuseBeside(after, present, changes);
    if (refusal) return refusal;
    if (found && after && found.ttlSeconds === after.ttlSeconds && hasSameRecords(found, after)) continue;
    planned.push(...own.map((each) => ({ Action: 'DELETE', ResourceRecordSet: each }) as const));
    if (after) planned.push({ Action: 'CREATE', ResourceRecordSet: formatSet(after) });
  }
  // What goes makes room for what comes: a CNAME stands alone.
  const isFirst = ({ Action }: Change) => (Action === 'DELETE' ? 0 : 1);
  return { outcome: 'done', value: planned.sort((one, other) => isFirst(one) - isFirst(other)) };
}

function isSimple({ SetIdentifier, AliasTarget, TrafficPolicyInstanceId }: ResourceRecordSet): boolean {
  return SetIdentifier === undefined && AliasTarget === undefined && TrafficPolicyInstanceId === undefined;
}

function formatSet({ name, type, ttlSeconds, rdata }: RrSet): ResourceRecordSet {
  const ResourceRecords = [...new Set(rdata)].map((each) => ({ Value: formatValue(type, each) }));
  return { Name: formatName(name), Type: type, TTL: ttlSeconds, ResourceRecords };
}
