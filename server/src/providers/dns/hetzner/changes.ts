import { z } from 'zod';
import type { Clock } from '../../../core/clock.ts';
import type {
  DnsProviderAnswer,
  DnsProviderFault,
  DnsProviderProblem,
  ProviderZone,
} from '../../../core/publishing/dns-provider.ts';
import { hasSameRecords, type RrSet } from '../../../core/publishing/rr-set.ts';
import type { CheckedChange } from '../guarded-write.ts';
import type { JsonApi } from '../json-api.ts';
import { readRdata } from '../read-rdata.ts';
import { cutZoneName } from '../zone-names.ts';

const POLL_MS = 500;
const LONGEST_ACTION_MS = 60_000;

/** What the documentation calls its errors; their statuses don't tell them apart. */
export const HETZNER_FAULTS: Readonly<Record<string, DnsProviderFault>> = {
  unauthorized: 'unauthorized',
  forbidden: 'forbidden',
  token_readonly: 'forbidden',
  protected: 'refused_record',
  incorrect_zone_mode: 'no_such_zone',
  resource_limit_exceeded: 'quota',
  rate_limit_exceeded: 'throttled',
  // Another action changes the zone at this moment.
  locked: 'throttled',
  conflict: 'throttled',
  uniqueness_error: 'changed',
  not_found: 'no_such_zone',
  invalid_input: 'refused_record',
  unavailable: 'unavailable',
  service_error: 'unavailable',
  server_error: 'unavailable',
  timeout: 'unavailable',
  deprecated_api_endpoint: 'bad_answer',
};

const commentedSchema = z.object({
  rrset: z.object({ records: z.array(z.object({ value: z.string(), comment: z.string().nullish() })) }),
});
const actionSchema = z.object({
  action: z.object({
    id: z.number(),
    status: z.string(),
    error: z.object({ code: z.string(), message: z.string() }).nullish(),
  }),
});

/** The name within the zone; `@` is the zone itself. */
export function formatHetznerName(name: string, zone: ProviderZone): string {
  return cutZoneName(name, zone.name) || '@';
}

/** Whose zone is changed, and how it is reached. */
interface Place {
  readonly api: JsonApi;
  readonly clock: Clock;
  readonly zone: ProviderZone;
  readonly signal: AbortSignal;
}

/**
 * Changes one record set and waits until it is changed. Records are added and removed by their values where that is all; an exchange
 * overwrites the set, so that no resolver sees both or neither.
 */
export async function writeHetznerChange(place: Place, change: CheckedChange): Promise<DnsProviderAnswer<null>> {
  const { before, after, current } = change;
  const about = after ?? before;
  if (!about) return { outcome: 'done', value: null };
  const rrSets = `/zones/${place.zone.id}/rrsets`;
  const name = formatHetznerName(about.name, place.zone);
  const actions = `${rrSets}/${encodeURIComponent(name)}/${about.type}/actions`;
  if (!before || !after) {
    if (after) {
      const body = { name, type: after.type, ttl: after.ttlSeconds, records: formatRecords(after.rdata) };
      return act(place, rrSets, body);
    }
    return act(place, `${actions}/remove_records`, { records: formatRecords(about.rdata) });
  }
  const added = after.rdata.filter((each) => !before.rdata.includes(each));
  const removed = before.rdata.filter((each) => !after.rdata.includes(each));
  const written =
    added.length === 0 && removed.length === 0
      ? ({ outcome: 'done', value: null } as const)
      : removed.length === 0
        ? await act(place, `${actions}/add_records`, { records: formatRecords(added) })
        : added.length === 0
          ? await act(place, `${actions}/remove_records`, { records: formatRecords(removed) })
          : await exchange(place, `${rrSets}/${encodeURIComponent(name)}/${about.type}`, before, after);
  if (written.outcome !== 'done' || after.ttlSeconds === current?.ttlSeconds) return written;
  const changed = await act(place, `${actions}/change_ttl`, { ttl: after.ttlSeconds });
  return changed.outcome === 'done' ? changed : { ...changed, mayBeWritten: true };
}

/** Overwrites a set that is still the same. What its owner noted about records that stay is kept. */
async function exchange(place: Place, path: string, before: RrSet, after: RrSet): Promise<DnsProviderAnswer<null>> {
  const found = await place.api.read('GET', path, { schema: commentedSchema, signal: place.signal });
  if (found.outcome !== 'done') return found;
  const comments = new Map(
    found.value.rrset.records.map(({ value, comment }) => [readRdata(before.type, value, place.zone.name), comment]),
  );
  if (!hasSameRecords({ ...before, rdata: [...comments.keys()] }, before))
    return { outcome: 'changed', detail: 'Somebody changed the records at the same moment.' };
  const records = after.rdata.map((value) => {
    const comment = comments.get(value);
    return comment ? { value, comment } : { value };
  });
  return act(place, `${path}/actions/set_records`, { records });
}

function formatRecords(rdata: readonly string[]): { value: string }[] {
  return rdata.map((value) => ({ value }));
}

/** Starts an action and waits for its end. One that is still running when the time is up may well succeed later. */
async function act(place: Place, path: string, body: unknown): Promise<DnsProviderAnswer<null>> {
  const { api, clock, signal } = place;
  const endsAtMs = clock.monotonicMs() + LONGEST_ACTION_MS;
  let answer = await api.read('POST', path, { body, schema: actionSchema, signal });
  while (answer.outcome === 'done' && answer.value.action.status === 'running') {
    if (signal.aborted || clock.monotonicMs() >= endsAtMs) {
      return { outcome: 'unavailable', detail: 'The change is still being made.', mayBeWritten: true };
    }
    await clock.sleep(POLL_MS, signal);
    const { id } = answer.value.action;
    answer = await api.read('GET', `/actions/${id}`, { schema: actionSchema, signal });
    // The change was accepted: whatever happened to the question after it, it may have been made.
    if (answer.outcome !== 'done') return { ...answer, mayBeWritten: true };
  }
  if (answer.outcome !== 'done') return answer;
  const { status, error } = answer.value.action;
  return status === 'success' ? { outcome: 'done', value: null } : describeFailure(error);
}

function describeFailure(error: { code: string; message: string } | null | undefined): DnsProviderProblem {
  const detail = error ? `${error.message} (${error.code})`.slice(0, 300) : 'The change failed.';
  return { outcome: HETZNER_FAULTS[error?.code ?? ''] ?? 'unavailable', detail, mayBeWritten: true };
}
