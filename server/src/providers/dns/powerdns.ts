import { z } from 'zod';
import type {
  DnsProvider,
  DnsProviderAnswer,
  DnsProviderProblem,
  ProviderTools,
  ProviderZone,
} from '../../core/publishing/dns-provider.ts';
import type { RrSet, RrSetChange } from '../../core/publishing/rr-set.ts';
import { type CheckedChange, writeGuarded } from './guarded-write.ts';
import { createJsonApi, type JsonApi, type Refusal } from './json-api.ts';
import { isNearbyHost } from './nearby-host.ts';
import { cutFinalDot, type DisabledRecord, formatPatch, pathOf, readDisabled, readServed } from './powerdns/rr-sets.ts';

/*
 * The HTTP API of the PowerDNS authoritative server, v1. All record sets of a write go in one PATCH, which is one transaction.
 * The API has no condition: what stands there is read and compared right before, and what somebody changes in the few
 * milliseconds between is overwritten. `rfc2136` to the same server has no such gap.
 */

const LIMITS = { minTtlSeconds: 0, atomic: 'zone' } as const;
/** A copy of a zone is not changed: the next transfer would undo it. */
const OWN_KINDS = ['native', 'master', 'primary', 'producer'];

const zoneSchema = z.object({ id: z.string(), name: z.string(), kind: z.string() });

/** Creates the adapter of a PowerDNS server. */
export function createPowerDns(settings: Readonly<Record<string, string>>, tools: ProviderTools): DnsProvider {
  const { serverId = '' } = settings;
  const apiKey = (settings.apiKey ?? '').trim();
  const baseUrl = readBaseUrl((settings.url ?? '').trim());
  const fault = typeof baseUrl !== 'string' ? baseUrl : /^[!-~]+$/.test(apiKey) ? null : NO_KEY;
  if (fault) {
    const refuse = async () => ({ ...fault, mayBeWritten: false });
    return { limits: LIMITS, listZones: refuse, findZone: refuse, read: refuse, write: refuse };
  }
  const api = createJsonApi({
    tools,
    baseUrl: `${baseUrl}/api/v1/servers/${encodeURIComponent(serverId.trim() || 'localhost')}`,
    headers: { 'x-api-key': apiKey },
    secret: apiKey,
    readRefusal,
    faults: { conflict: 'changed' },
    words: {
      unauthorized: "PowerDNS doesn't accept the API key. It must be the server's api-key setting.",
      no_such_zone: 'PowerDNS has no such zone or server ID, or its API is at another address.',
    },
  });
  return {
    limits: LIMITS,
    async listZones(limit, signal) {
      const zones = await readZones(api, '', signal);
      return zones.outcome === 'done' ? { outcome: 'done', value: zones.value.slice(0, limit) } : zones;
    },
    async findZone(name, signal) {
      const zones = await readZones(api, `&zone=${encodeURIComponent(`${name}.`)}`, signal);
      if (zones.outcome !== 'done') return zones;
      return { outcome: 'done', value: zones.value.find((zone) => zone.name === name) ?? null };
    },
    read: (zone, names, signal) => readServed(api, zone, names, signal),
    write: (zone, changes, signal) => writeChanges(api, zone, changes, signal),
  };
}

const NO_KEY: DnsProviderProblem = {
  outcome: 'unauthorized',
  detail: "The API key can't be sent: it is empty or contains spaces.",
};

/** Where the API begins: what people copy may end with a slash or with the path of the API itself. */
function readBaseUrl(text: string): string | DnsProviderProblem {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (
    !url ||
    !['http:', 'https:'].includes(url.protocol) ||
    url.username !== '' ||
    url.search !== '' ||
    url.hash !== ''
  )
    return { outcome: 'unreachable', detail: 'The API address must be a URL such as http://127.0.0.1:8081.' };
  if (url.protocol === 'http:' && !isNearbyHost(url.hostname))
    return {
      outcome: 'address_refused',
      detail:
        "Without TLS, others could read the API key in transit. Use https, or a private address such as a tunnel's.",
    };
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/api(?:\/v1)?$/, '')}`;
}

/** Lists the zones that this server has itself. */
async function readZones(
  api: JsonApi,
  filter: string,
  signal: AbortSignal,
): Promise<DnsProviderAnswer<readonly ProviderZone[]>> {
  const path = `/zones?dnssec=false${filter}`;
  const answer = await api.read('GET', path, { schema: z.array(zoneSchema), signal });
  if (answer.outcome !== 'done') return answer;
  const own = answer.value.filter(({ kind }) => OWN_KINDS.includes(kind.toLowerCase()));
  return { outcome: 'done', value: own.map(({ id, name }) => ({ id, name: cutFinalDot(name) })) };
}

async function writeChanges(
  api: JsonApi,
  zone: ProviderZone,
  changes: readonly RrSetChange[],
  signal: AbortSignal,
): Promise<DnsProviderAnswer<null>> {
  const names = changes.flatMap(({ before, after }) => (before ?? after)?.name ?? []);
  // Before what is compared, so that nothing stands between that and the change.
  const disabled = changes.length === 0 ? NOTHING : await readDisabled(api, zone, names, signal);
  if (disabled.outcome !== 'done') return disabled;
  return writeGuarded(changes, {
    async read(wanted) {
      const answer = await readServed(api, zone, wanted, signal);
      return answer.outcome === 'done' ? (findCollision(changes, answer.value) ?? answer) : answer;
    },
    writeAll: (checked) => patchZone(api, zone, checked, disabled.value, signal),
    probe: () => askWhetherOwn(api, zone, signal),
  });
}

const NOTHING = { outcome: 'done', value: [] } as const;

async function patchZone(
  api: JsonApi,
  zone: ProviderZone,
  changes: readonly CheckedChange[],
  disabled: readonly DisabledRecord[],
  signal: AbortSignal,
): Promise<DnsProviderAnswer<null>> {
  const rrsets = changes.flatMap((change) => formatPatch(change, disabled));
  const answer = await api.send('PATCH', pathOf(zone), { body: { rrsets }, signal });
  return answer.outcome === 'done' ? { outcome: 'done', value: null } : answer;
}

/** Whoever has the key may change every zone but copies. An empty PATCH would tell as much, and raise the serial. */
async function askWhetherOwn(
  api: JsonApi,
  zone: ProviderZone,
  signal: AbortSignal,
): Promise<{ outcome: 'done' } | DnsProviderProblem> {
  const answer = await api.read('GET', `${pathOf(zone)}?rrsets=false`, { schema: zoneSchema, signal });
  if (answer.outcome !== 'done' || OWN_KINDS.includes(answer.value.kind.toLowerCase())) return answer;
  return { outcome: 'forbidden', detail: "The zone is a copy of another server's zone and must be changed there." };
}

/** Finds what somebody put where a CNAME is to go, or a CNAME where something is to go. */
function findCollision(changes: readonly RrSetChange[], served: readonly RrSet[]): DnsProviderProblem | null {
  for (const { after } of changes) {
    if (!after) continue;
    const inTheWay = served.find(
      ({ name, type }) =>
        name === after.name &&
        type !== after.type &&
        [type, after.type].includes('CNAME') &&
        !changes.some(({ before, after: next }) => next === null && before?.name === name && before.type === type),
    );
    if (inTheWay) {
      const { name, type } = inTheWay;
      return { outcome: 'changed', detail: `There is a ${type} record at ${name} now.`, about: { name, type } };
    }
  }
  return null;
}

/** The words of a refusal. A record that collides with others is refused like any that is wrong, and told apart by them alone. */
function readRefusal(body: unknown): Refusal {
  const { error } = z.object({ error: z.string().optional() }).safeParse(body).data ?? {};
  return { message: error, ...(/conflicts with (?:pre-existing|another)/i.test(error ?? '') && { code: 'conflict' }) };
}
