/*
 * What the service shows, in the shapes of `wire/`. A file for each: a key, diagnostics, the dashboard's page of a
 * domain (`domain-detail.ts`). The Domain object itself is in `domain-object/`. The API, the command line and live
 * updates all format through these. They take what use cases return; `domain-detail.ts` also reads what its page
 * needs. They change nothing.
 */

import { isInMotion } from '../../core/dkim/key-stages.ts';
import { findListState } from '../../core/domain-list.ts';
import { TTL_SECONDS } from '../../core/exports/record-list.ts';
import { judgeStanding, type Standing } from '../../core/findings/attention.ts';
import { listSecondCnames } from '../../core/findings/evidence.ts';
import type { RecordStatus } from '../../core/judgement/judgement.ts';
import { findAtRisk, findDeadline } from '../../core/lifecycle/status.ts';
import { findUnicodeName } from '../../core/names/unicode-name.ts';
import { RECORD_KINDS, RECORDS, type RecordKind } from '../../core/records/record.ts';
import { splitTxtValue } from '../../core/records/records.ts';
import type { RecordToPublish } from '../../core/records/to-publish.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import { type CheckedRecord, findEvidence, listCheckedRecords } from '../../db/queries/history.ts';
import { findPublishing } from '../../db/queries/publishing/intents.ts';
import type {
  DomainDetail,
  DomainListItem,
  Progress,
  RecordDetail,
  SeenByCheck,
  SharedDomain,
} from '../../wire/dashboard/domain.ts';
import type { Context } from '../context.ts';
import { formatDomain } from '../domain-object/domain-object.ts';
import { buildRecordsOf, buildSecondRecordOf, findDkimMode } from '../domain-object/domain-records.ts';
import { listDomainKeys } from '../keys/domain-keys.ts';
import { canTellWhenReady } from '../notices/ready-mails.ts';
import { findProjectTimes, inTimeOf } from '../test-mode/test-mode.ts';
import { formatPublishing } from './attributes-object.ts';
import { formatKey } from './key-object.ts';

/** The lines of the list: how the records of these domains stood is read all at once. */
export async function listDomainItems(
  ctx: Pick<Context, 'db' | 'clock' | 'realClock' | 'timing'>,
  domains: readonly StoredDomain[],
): Promise<DomainListItem[]> {
  const checked = await listCheckedRecords(
    ctx.db,
    domains.map(({ id }) => id),
  );
  const timeOf = await findProjectTimes(ctx, domains);
  return domains.map((domain) => {
    const { dnsRecords: _, ...shown } = formatDomain(timeOf(domain), domain);
    return {
      ...shown,
      ...formatProgress(ctx, domain),
      projectId: domain.projectId,
      unicodeName: findUnicodeName(domain.name),
      listState: findListState({ verificationStatus: domain.status, needsFix: domain.needsFix }),
      standings: formatStandings(domain, checked.get(domain.id)),
    };
  });
}

/** All that the page of a domain shows, with its last check. */
export async function getDomainDetail(
  ctx: Pick<Context, 'db' | 'clock' | 'realClock' | 'timing'>,
  domain: StoredDomain,
): Promise<DomainDetail> {
  const check = await findEvidence(ctx.db, domain.id);
  const keys = await listDomainKeys(ctx.db, domain);
  const publishing = await findPublishing(ctx.db, domain.id);
  const statuses = new Map(check?.evidence.records.map(({ record, status }) => [record, status]));
  const further = new Map(check?.evidence.keys?.map(({ name, status }) => [name, status]));
  return {
    ...formatDomain(await inTimeOf(ctx, domain, ctx.db), domain),
    ...formatProgress(ctx, domain),
    unicodeName: findUnicodeName(domain.name),
    externalId: domain.externalId,
    metadata: domain.metadata,
    checkedAt: check?.checkedAt.toISOString() ?? null,
    records: listRecordDetails(domain, statuses, further),
    keys: keys.map((key) => formatKey(domain, key)),
    dkimRotationDays: domain.dkimRotationDays,
    autoPublish: domain.autoPublish,
    publishing: domain.autoPublish && publishing.intent ? formatPublishing(publishing.intent) : null,
    hasPublications: publishing.hasPublications,
    dkimMode: findDkimMode(domain),
  };
}

/** What a share link shows of a domain, with its last check. */
export async function getSharedDetail(
  ctx: Pick<Context, 'db' | 'clock' | 'realClock' | 'timing' | 'mailer'>,
  domain: StoredDomain,
  { linkExpiresAt, returnUrl, from }: { linkExpiresAt: Date; returnUrl: string | null; from: SharedDomain['from'] },
): Promise<SharedDomain> {
  const detail = await getDomainDetail(ctx, domain);
  const own = await inTimeOf(ctx, domain, ctx.db);
  const { domainName, unicodeName, verificationStatus, verificationInProgress, records } = detail;
  const { isChecking, nextCheckAt, deadlineAt, atRiskAt, checkedAt } = detail;
  // Whoever owns the DNS is told what has to be there, and not the story of all keys.
  const keys = detail.keys.filter(({ stage, type }) => isInMotion({ stage, kind: type }));
  return {
    domainName,
    unicodeName,
    verificationStatus,
    verificationInProgress,
    isChecking,
    nextCheckAt,
    deadlineAt,
    atRiskAt,
    checkedAt,
    records,
    keys,
    isTest: domain.isTest,
    canTellWhenReady: canTellWhenReady(ctx, domain),
    clockOffsetMs: own.clock.now().getTime() - ctx.realClock.now().getTime(),
    linkExpiresAt: linkExpiresAt.toISOString(),
    returnUrl,
    from,
  };
}

/** Counts what the last check of a domain saw. @param since when somebody asked for it */
export async function countSeen(
  ctx: Pick<Context, 'db'>,
  domain: Pick<StoredDomain, 'id'>,
  since: Date,
): Promise<SeenByCheck> {
  const check = await findEvidence(ctx.db, domain.id);
  const servers = check?.evidence.zone?.nameservers ?? [];
  const answering = servers.filter(({ answered }) => answered).length;
  const records = check ? [...check.evidence.records, ...listSecondCnames(check.evidence)] : [];
  const statuses = records.map(({ status }) => status);
  const count = (...wanted: RecordStatus[]) => statuses.filter((status) => wanted.includes(status)).length;
  return {
    checkedAt: check?.checkedAt.toISOString() ?? null,
    isFresh: check !== null && check.checkedAt >= since,
    answeringServers: answering,
    silentServers: servers.length - answering,
    rightRecords: count('verified'),
    missingRecords: count('missing'),
    wrongRecords: count('mismatched', 'conflicting'),
    unansweredRecords: count('unknown'),
  };
}

/** The worse of two CNAMEs is how the DKIM record stands. */
const WORST_FIRST: readonly Standing[] = ['wrong', 'waiting', 'unknown', 'right'];

function formatStandings(domain: StoredDomain, records: CheckedRecord[] | undefined): DomainListItem['standings'] {
  if (!records) return null;
  return RECORD_KINDS.map((kind) => {
    const standings = records
      .filter(({ record }) => record === kind)
      .map((record) => judgeStanding(domain.status, record));
    return WORST_FIRST.find((standing) => standings.includes(standing)) ?? 'unknown';
  });
}

function formatProgress({ realClock, timing }: Pick<Context, 'realClock' | 'timing'>, domain: StoredDomain): Progress {
  return {
    isChecking: domain.leaseUntil !== null && domain.leaseUntil > realClock.now(),
    nextCheckAt: domain.nextCheckAt?.toISOString() ?? null,
    deadlineAt: findDeadline(domain.state, timing.rules)?.toISOString() ?? null,
    atRiskAt: findAtRisk(domain.state, timing.rules)?.toISOString() ?? null,
  };
}

/** @param further the statuses of the DKIM records beside the domain's own, by name */
function listRecordDetails(
  domain: StoredDomain,
  statuses: ReadonlyMap<RecordKind, RecordStatus>,
  further: ReadonlyMap<string, RecordStatus>,
): RecordDetail[] {
  const records = buildRecordsOf(domain);
  const second = buildSecondRecordOf(domain);
  return RECORD_KINDS.flatMap((kind) => [
    formatRecordDetail(kind, records[kind], statuses.get(kind)),
    ...(kind === 'dkim' && second ? [formatRecordDetail(kind, second, further.get(second.name))] : []),
  ]);
}

function formatRecordDetail(
  kind: RecordKind,
  { type, name, value, purpose }: RecordToPublish,
  status: RecordStatus | undefined,
): RecordDetail {
  return {
    record: kind,
    type,
    name,
    value,
    chunks: type === 'TXT' ? splitTxtValue(value) : [value],
    priority: RECORDS[kind].priority,
    ttlSeconds: TTL_SECONDS,
    purpose,
    state: status ?? 'unchecked',
  };
}
