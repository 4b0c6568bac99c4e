import { AppError } from '../../core/errors.ts';
import { buildEvidence, type Evidence, type KeyEvidence } from '../../core/findings/evidence.ts';
import { findPlace, findPlaces } from '../../core/findings/place.ts';
import { buildUnseen, type ToldDiagnostics, type ToldName, tellEvidence, tellName } from '../../core/findings/tell.ts';
import type { ProjectId } from '../../core/ids.ts';
import { findDeadline } from '../../core/lifecycle/status.ts';
import type { DnsProvider } from '../../core/panels/dns-provider-table.ts';
import { recognizeProvider } from '../../core/panels/dns-providers.ts';
import type { KeyStage } from '../../core/records/dkim-key.ts';
import type { KeyRecord } from '../../core/records/key-slots.ts';
import { findKeyOwner } from '../../db/queries/dkim-keys.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import { findEvidence } from '../../db/queries/history.ts';
import type { Context } from '../context.ts';
import { buildRecordsOf } from '../domain-object/domain-records.ts';
import { getDomain } from '../domains/domains.ts';
import { type DomainKey, listFurtherRecords, listKeysToCheck } from '../keys/domain-keys.ts';
import type { CheckAdmission } from '../ports.ts';
import { findProviderObservation, type ProviderObservation } from '../sending-providers/provider-observation.ts';
import { inTestMode } from '../test-mode/test-mode.ts';
import { performCheck } from './check-domain.ts';

/** What is known of a domain's records, and what its owner should do. */
export interface Diagnostics extends ToldDiagnostics {
  readonly domain: StoredDomain;
  /** Where `refresh` was asked for too often, so that this is what the last check saw: when there may be another. */
  readonly retryAfterSeconds: number | null;
  /** Null where never checked. */
  readonly checkedAt: Date | null;
  readonly nextCheckAt: Date | null;
  readonly deadlineAt: Date | null;
  readonly zone: Evidence['zone'];
  readonly provider: DnsProvider | null;
  /** What the provider that sends for the domain's region said; null where it has none. */
  readonly sender: ProviderObservation | null;
  /** The DKIM records that are to be published beside the domain's own: of further keys, newest first, or the second of two CNAMEs. */
  readonly keys: readonly (ToldName<KeyEvidence> & {
    readonly stage: KeyStage | null;
    readonly type: KeyRecord['type'];
  })[];
}

/**
 * Gets the evidence and the findings of the last check, in words, or with `refresh` of one that is made now and changes nothing that is
 * stored. Callers who refresh one domain at the same time share a check.
 * @param options `isShared`: it is for somebody outside the project, without the names of its other domains
 * @throws AppError NOT_FOUND, SERVICE_UNAVAILABLE while stopping
 */
export async function getDiagnostics(
  given: Context,
  projectId: ProjectId,
  id: string,
  options: { refresh: boolean; isShared?: boolean },
): Promise<Diagnostics> {
  const domain = await getDomain(given, projectId, id);
  const ctx = await inTestMode(given, domain);
  const stored = await findEvidence(ctx.db, domain.id);
  const keys = await listKeysToCheck(ctx.db, domain);
  const admission = options.refresh ? await ctx.checkLimits.admit(domain, 'asked') : null;
  const mayCheck = admission?.retryAfterSeconds === null;
  const seen = mayCheck
    ? await ctx.refreshes.run(domain.id, () => checkNow(ctx, domain, keys, stored?.evidence ?? null, admission))
    : stored;
  const evidence = seen?.evidence ?? null;
  const { isShared = false } = options;
  const telling = { now: ctx.clock.now(), nextCheckAt: domain.nextCheckAt, isShared };
  return {
    domain,
    retryAfterSeconds: admission?.retryAfterSeconds ?? null,
    checkedAt: seen?.checkedAt ?? null,
    nextCheckAt: domain.nextCheckAt,
    deadlineAt: findDeadline(domain.state, ctx.timing.rules),
    zone: evidence?.zone ?? null,
    provider: evidence?.zone ? recognizeProvider(evidence.zone.nameservers.map(({ name }) => name)) : null,
    sender: await findProviderObservation(ctx, domain, evidence),
    ...tellEvidence(evidence, findPlaces(domain.name, buildRecordsOf(domain), new Map()), telling),
    keys: listFurtherRecords(domain, keys).map(({ selector, record, stage }) => {
      const seenOfKey = evidence?.keys?.find((each) => each.selector === selector);
      const place = findPlace(domain.name, 'dkim', record, undefined);
      const shown = seenOfKey ?? { selector, ...buildUnseen(place) };
      return { ...tellName(shown, place, telling), stage, type: record.type };
    }),
  };
}

async function checkNow(
  ctx: Context,
  domain: StoredDomain,
  keys: readonly DomainKey[],
  previous: Evidence | null,
  admission: CheckAdmission,
): Promise<{ checkedAt: Date; evidence: Evidence }> {
  const check = await performCheck(ctx, domain, {
    keys,
    mayProbe: true,
    force: true,
    findKeyOwner: (publicKey) => findKeyOwner(ctx.db, domain.projectId, publicKey),
    ...(admission.sharesAnswers && { sharing: { owner: domain.projectId, isEnough: admission.isScarce } }),
  });
  admission.settle(check.questions);
  if (ctx.stopping.aborted)
    throw new AppError('SERVICE_UNAVAILABLE', 'The service is shutting down. Try again.', { retryAfterSeconds: 1 });
  const now = ctx.clock.now();
  return { checkedAt: now, evidence: buildEvidence({ ...check, domain: domain.name, previous, now }) };
}
