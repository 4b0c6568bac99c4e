import { z } from 'zod';
import type { DnsProviderAnswer, ProviderZone } from '../../../core/publishing/dns-provider.ts';
import { hasSameRecords, type RrSetChange } from '../../../core/publishing/rr-set.ts';
import { refuseBeside } from '../beside-cname.ts';
import type { CloudflareApi } from './api.ts';
import {
  type CloudflareRecord,
  isSameRecord,
  type NewRecord,
  planEdit,
  RECORD,
  type RecordEdit,
  readRrSets,
} from './records.ts';

const BATCH = z.object({ deletes: z.array(RECORD).nullish(), posts: z.array(RECORD).nullish() });
const USAGE = z.object({ record_quota: z.number().nullable(), record_usage: z.number() });
const MOST_CHARACTERS = 300;

/** Where the records of a zone are. */
export function pathOfRecords({ id }: ProviderZone): string {
  return `/zones/${encodeURIComponent(id)}/dns_records`;
}

/**
 * Plans what to do with the records that stand there.
 * @returns `changed` where one set isn't as its change says it should be: then none is touched
 */
export function planEdits(
  changes: readonly RrSetChange[],
  standing: readonly CloudflareRecord[],
): DnsProviderAnswer<readonly RecordEdit[]> {
  const edits: RecordEdit[] = [];
  for (const { before, after } of changes) {
    const set = before ?? after;
    if (!set) continue;
    const about = { name: set.name, type: set.type };
    const records = standing.filter(({ name, type }) => name === set.name && type === set.type);
    const [found = null] = readRrSets(records);
    if (!hasSameRecords(found, before)) return { outcome: 'changed', detail: '', about };
    const refusal = refuseBeside(after, standing, changes);
    if (refusal) return refusal;
    edits.push(planEdit({ about, after }, records));
  }
  return { outcome: 'done', value: edits };
}

/** Carries out a plan in one transaction, and undoes it where it took away what somebody had just changed. */
export async function carryOut(
  api: CloudflareApi,
  zone: ProviderZone,
  edits: readonly RecordEdit[],
  signal: AbortSignal,
): Promise<DnsProviderAnswer<null>> {
  const read = edits.flatMap(({ deletes }) => deletes);
  const answer = await sendBatch(api, zone, { deletes: read, posts: edits.flatMap(({ posts }) => posts) }, signal);
  if (answer.outcome === 'quota') return { ...answer, detail: `${answer.detail}${await tellUsage(api, zone, signal)}` };
  if (answer.outcome !== 'done') return answer;
  const { deletes, posts } = answer.value;
  const overwritten = (deletes ?? []).find((each) =>
    read.some((record) => record.id === each.id && !isSameRecord(record, each)),
  );
  if (!overwritten) return { outcome: 'done', value: null };
  const undone = await sendBatch(api, zone, { deletes: posts ?? [], posts: (deletes ?? []).map(forgetId) }, signal);
  const contents = (deletes ?? []).map(({ name, type, content }) => `${name} ${type} ${content}`).join('; ');
  const detail =
    undone.outcome === 'done'
      ? 'Somebody changed it at the same moment, and everything was put back.'
      : `Somebody changed it at the same moment, and it couldn't be put back (${undone.detail}): ${contents}`;
  const about = edits.find((edit) => edit.deletes.some(({ id }) => id === overwritten.id))?.about;
  const isOpen = undone.outcome !== 'done';
  return {
    outcome: 'changed',
    detail: detail.slice(0, MOST_CHARACTERS),
    ...(isOpen && { mayBeWritten: true }),
    ...(about && { about }),
  };
}

/** Asks for nothing: a token that may not edit is told so. */
export function sendNothing(api: CloudflareApi, zone: ProviderZone, signal: AbortSignal) {
  return sendBatch(api, zone, { deletes: [], posts: [] }, signal);
}

/** Deletes come before posts, in one transaction. */
function sendBatch(
  api: CloudflareApi,
  zone: ProviderZone,
  { deletes, posts }: { readonly deletes: readonly CloudflareRecord[]; readonly posts: readonly NewRecord[] },
  signal: AbortSignal,
): Promise<DnsProviderAnswer<z.infer<typeof BATCH>>> {
  const body = { deletes: deletes.map(({ id }) => ({ id })), posts };
  return api.ask({ method: 'POST', path: `${pathOfRecords(zone)}/batch`, body, result: BATCH, signal });
}

function forgetId({ id: _id, ...record }: CloudflareRecord): NewRecord {
  return record;
}

async function tellUsage(api: CloudflareApi, zone: ProviderZone, signal: AbortSignal): Promise<string> {
  const usage = await api.ask({ method: 'GET', path: `${pathOfRecords(zone)}/usage`, result: USAGE, signal });
  if (usage.outcome !== 'done' || usage.value.record_quota === null) return '';
  return ` The zone has ${usage.value.record_usage} of at most ${usage.value.record_quota} records.`;
}
