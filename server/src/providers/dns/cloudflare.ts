/*
 * The adapter for Cloudflare. `cloudflare/api.ts` asks, `cloudflare/records.ts` knows what a record looks like there,
 * `cloudflare/batch.ts` changes some, `cloudflare/faults.ts` knows what errors mean.
 *
 * A batch is one transaction, and knows records by id only: there is no condition on what they say. So the records are read
 * just before, what stands there is compared with `before`, and only what was read is deleted, by its id. What is left is the
 * time of one request. A record that somebody deletes within it lets the batch fail. One that somebody edits keeps its id,
 * but the batch answers with the records that it deleted, as they were then: if one isn't as it was read, all of the batch is
 * undone and the answer is `changed`. A record that somebody adds within that time stands beside ours, and none is lost.
 */

import { z } from 'zod';
import type {
  DnsProvider,
  DnsProviderAnswer,
  DnsProviderProblem,
  ProviderTools,
  ProviderZone,
} from '../../core/publishing/dns-provider.ts';
import type { RrSetChange } from '../../core/publishing/rr-set.ts';
import { createCloudflareApi } from './cloudflare/api.ts';
import { carryOut, pathOfRecords, planEdits, sendNothing } from './cloudflare/batch.ts';
import { type CloudflareRecord, MIN_TTL_SECONDS, RECORD, readRrSets } from './cloudflare/records.ts';
import { leavesOpen } from './leaves-open.ts';

const ZONE = z.object({
  id: z.string(),
  name: z.string().transform((name) => name.toLowerCase()),
  status: z.string(),
  type: z.string().nullish(),
});
type CloudflareZone = z.infer<typeof ZONE>;

/** The most that the API gives at once. */
const ZONES_PER_PAGE = 50;
const RECORDS_PER_PAGE = 100;
/** No zone has so many records: a list that never ends is no answer. */
const MOST_RECORDS = 1_000;
/** A record has at most 4,096 octets on the wire: one more for each 255 of the text. */
const MAX_TXT_OCTETS = 4_080;

/** Creates the adapter of Cloudflare. @param settings `apiToken`, and `endpoint` where it isn't the public one */
export function createCloudflare(settings: Readonly<Record<string, string>>, tools: ProviderTools): DnsProvider {
  const { apiToken = '', endpoint = '' } = settings;
  const api = createCloudflareApi({ apiToken, endpoint }, tools);

  function list(query: Record<string, string>, limit: number, signal: AbortSignal) {
    // Every token may ask for zones, and sees none where it has none: an authentication error is one.
    const codes = { 10000: 'unauthorized' } as const;
    return api.list(
      { method: 'GET', path: '/zones', query, result: ZONE, codes, signal },
      { pageSize: ZONES_PER_PAGE, limit, isKept: isServed },
    );
  }

  async function readRecords(
    zone: ProviderZone,
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<DnsProviderAnswer<readonly CloudflareRecord[]>> {
    const askFor = (name: string) => {
      const query = { 'name.exact': name };
      return api.list(
        { method: 'GET', path: pathOfRecords(zone), query, result: RECORD, signal },
        { pageSize: RECORDS_PER_PAGE, limit: MOST_RECORDS },
      );
    };
    const answers = await Promise.all([...new Set(names)].map(askFor));
    const records: CloudflareRecord[] = [];
    for (const answer of answers) {
      if (answer.outcome !== 'done') return tellApart(answer, signal);
      if (answer.value.length >= MOST_RECORDS) return TOO_MANY;
      records.push(...answer.value);
    }
    return { outcome: 'done', value: records };
  }

  /** A token that isn't allowed something is answered like one that was revoked. Whether it sees zones says which it is. */
  async function tellApart(problem: DnsProviderProblem, signal: AbortSignal): Promise<DnsProviderProblem> {
    if (problem.outcome !== 'forbidden') return problem;
    const zones = await list({}, 1, signal);
    return zones.outcome === 'unauthorized' ? { ...problem, outcome: 'unauthorized' } : problem;
  }

  async function mayWrite(zone: ProviderZone, signal: AbortSignal): Promise<DnsProviderAnswer<null>> {
    const answer = await sendNothing(api, zone, signal);
    // A token that may edit is told that there is nothing to do, if anything.
    if (answer.outcome === 'done' || answer.outcome === 'refused_record') return { outcome: 'done', value: null };
    return tellApart(answer, signal);
  }

  async function write(
    zone: ProviderZone,
    changes: readonly RrSetChange[],
    signal: AbortSignal,
  ): Promise<DnsProviderAnswer<null>> {
    if (changes.length === 0) return mayWrite(zone, signal);
    const names = changes.flatMap(({ before, after }) => (before ?? after)?.name ?? []);
    const standing = await readRecords(zone, names, signal);
    if (standing.outcome !== 'done') return standing;
    const edits = planEdits(changes, standing.value);
    if (edits.outcome !== 'done') return edits;
    if (edits.value.every(({ deletes, posts }) => deletes.length + posts.length === 0)) return NOTHING_TO_DO;
    const answer = await carryOut(api, zone, edits.value, signal);
    if (answer.outcome === 'done') return answer;
    return leavesOpen(answer.outcome) ? { ...answer, mayBeWritten: true } : tellApart(answer, signal);
  }

  return {
    limits: { minTtlSeconds: MIN_TTL_SECONDS, maxTxtOctets: MAX_TXT_OCTETS, atomic: 'zone' },
    async listZones(limit, signal) {
      const answer = await list({}, limit, signal);
      return answer.outcome === 'done' ? { ...answer, value: answer.value.map(pickZone) } : answer;
    },
    async findZone(name, signal) {
      const answer = await list({ name }, ZONES_PER_PAGE, signal);
      if (answer.outcome !== 'done') return answer;
      const named = answer.value.filter((zone) => zone.name === name);
      // Of several accounts that added a domain, one has the zone that is served.
      const zone = named.find(({ status }) => status === 'active') ?? named[0];
      return { outcome: 'done', value: zone ? pickZone(zone) : null };
    },
    async read(zone, names, signal) {
      const answer = await readRecords(zone, names, signal);
      return answer.outcome === 'done' ? { ...answer, value: readRrSets(answer.value) } : answer;
    },
    write,
  };
}

const TOO_MANY: DnsProviderProblem = {
  outcome: 'bad_answer',
  detail: `There are ${MOST_RECORDS} records or more at one name.`,
};
const NOTHING_TO_DO: DnsProviderAnswer<null> = { outcome: 'done', value: null };

/** Cloudflare also has zones whose records are somebody else's (secondary, partial, internal), and those that went elsewhere. */
function isServed({ type, status }: CloudflareZone): boolean {
  return (type ?? 'full') === 'full' && status !== 'moved' && status !== 'deactivated';
}

function pickZone({ id, name }: CloudflareZone): ProviderZone {
  return { id, name };
}
