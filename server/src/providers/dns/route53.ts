/*
 * The adapter for Amazon Route 53. `route53/client.ts` calls the AWS SDK, at the pace of `route53/pace.ts`;
 * `route53/hosted-zones.ts` finds zones, `route53/record-sets.ts` reads and plans changes of records, with `route53/names.ts`
 * and `route53/values.ts` for how Route 53 writes those; `route53/faults.ts` turns what the SDK throws into problems.
 *
 * UPSERT replaces whatever is there, so it is never used. A change is a DELETE with the exact values and TTL that were read and
 * a CREATE, in one batch, which is carried out as a whole or not at all: nobody's change in between is lost.
 */

import type { Change, ResourceRecordSet } from '@aws-sdk/client-route-53';
import type {
  DnsProvider,
  DnsProviderAnswer,
  DnsProviderProblem,
  ProviderTools,
  ProviderZone,
} from '../../core/publishing/dns-provider.ts';
import { formatTxt } from '../../core/publishing/rdata.ts';
import type { RrSetChange } from '../../core/publishing/rr-set.ts';
import { leavesOpen } from './leaves-open.ts';
import { createRoute53Caller } from './route53/client.ts';
import { findPublicZone, listPublicZones } from './route53/hosted-zones.ts';
import { formatName } from './route53/names.ts';
import { findPace } from './route53/pace.ts';
import { listRecordSets, planChanges, readRrSets } from './route53/record-sets.ts';

/** A value has at most 4,000 characters, and any octet may become four of them. Those of our records don't. */
const MAX_TXT_OCTETS = 3_900;
/** Most changes are on every server by then. What isn't is found there a little later. */
const SYNC_WITHIN_MS = 15_000;
const SYNC_POLL_MS = 2_000;
const COMMENT = 'AutoSend Domains';
const NO_CHANGE: DnsProviderProblem = {
  outcome: 'bad_answer',
  detail: "The answer doesn't name the change.",
  mayBeWritten: true,
};

/** Creates the adapter of Route 53. @param settings `accessKeyId`, `secretAccessKey`, and `endpoint` where it isn't the public one */
export function createRoute53(settings: Readonly<Record<string, string>>, tools: ProviderTools): DnsProvider {
  const { accessKeyId = '', secretAccessKey = '', endpoint = '' } = settings;
  const caller = createRoute53Caller({ accessKeyId, secretAccessKey, endpoint }, tools, findPace(accessKeyId));

  const send = (zone: ProviderZone, changes: readonly Change[], signal: AbortSignal) =>
    caller.call((sdk, client, options) => {
      const ChangeBatch = { Comment: COMMENT, Changes: [...changes] };
      return client.send(new sdk.ChangeResourceRecordSetsCommand({ HostedZoneId: zone.id, ChangeBatch }), options);
    }, signal);

  /** Waits until all servers have it, or it has taken long enough. It is written, whatever this says. */
  async function waitUntilInSync(id: string, signal: AbortSignal): Promise<void> {
    const startedAt = tools.clock.monotonicMs();
    while (!signal.aborted) {
      const answer = await caller.call(
        (sdk, client, options) => client.send(new sdk.GetChangeCommand({ Id: id }), options),
        signal,
      );
      if (answer.outcome !== 'done' || answer.value.ChangeInfo?.Status === 'INSYNC') return;
      if (tools.clock.monotonicMs() - startedAt + SYNC_POLL_MS > SYNC_WITHIN_MS) return;
      await tools.clock.sleep(SYNC_POLL_MS, signal);
    }
  }

  /** Asks for a change that can't be made: who may make changes is told that there is no such record. */
  async function mayWrite(zone: ProviderZone, signal: AbortSignal): Promise<DnsProviderAnswer<null>> {
    const name = `_autosend-verify.${zone.name}`;
    const nobodysText = formatTxt(`may write? ${Buffer.from(tools.randomBytes(16)).toString('hex')}`);
    const ResourceRecordSet: ResourceRecordSet = {
      Name: formatName(name),
      Type: 'TXT',
      TTL: 60,
      ResourceRecords: [{ Value: nobodysText }],
    };
    const answer = await send(zone, [{ Action: 'DELETE', ResourceRecordSet }], signal);
    return answer.outcome === 'done' || answer.outcome === 'changed' ? { outcome: 'done', value: null } : answer;
  }

  async function write(
    zone: ProviderZone,
    changes: readonly RrSetChange[],
    signal: AbortSignal,
  ): Promise<DnsProviderAnswer<null>> {
    if (changes.length === 0) return mayWrite(zone, signal);
    const names = changes.flatMap(({ before, after }) => (before ?? after)?.name ?? []);
    const standing = await listRecordSets(caller, zone, names, signal);
    if (standing.outcome !== 'done') return standing;
    const planned = planChanges(changes, standing.value);
    if (planned.outcome !== 'done') return planned;
    if (planned.value.length === 0) return { outcome: 'done', value: null };
    const answer = await send(zone, planned.value, signal);
    if (answer.outcome !== 'done') return leavesOpen(answer.outcome) ? { ...answer, mayBeWritten: true } : answer;
    const id = answer.value.ChangeInfo?.Id;
    if (id === undefined) return NO_CHANGE;
    await waitUntilInSync(id, signal);
    return { outcome: 'done', value: null };
  }

  return {
    limits: { minTtlSeconds: 0, maxTxtOctets: MAX_TXT_OCTETS, atomic: 'zone' },
    listZones: (limit, signal) => listPublicZones(caller, limit, signal),
    findZone: (name, signal) => findPublicZone(caller, tools, name, signal),
    async read(zone, names, signal) {
      const answer = await listRecordSets(caller, zone, names, signal);
      if (answer.outcome !== 'done') return answer;
      return { outcome: 'done', value: readRrSets(answer.value).filter(({ name }) => names.includes(name)) };
    },
    write,
  };
}
