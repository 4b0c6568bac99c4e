import { TTL_SECONDS } from '../../core/exports/record-list.ts';
import { RECORD_KINDS, type RecordKind, type RecordStatus } from '../../core/judgement/judgement.ts';
import { findDeadline, type VerificationStatus } from '../../core/lifecycle/status.ts';
import { splitTxtValue } from '../../core/records/records.ts';
import { countRecords, findEvidence } from '../../db/queries/history.ts';
import type { Context } from '../context.ts';
import { buildRecordsOf, type StoredDomain } from '../domains/domains.ts';
import { listDomainKeys } from '../keys/domain-keys.ts';
import { type DomainObject, formatDomain } from './domain-object.ts';
import { formatKey, type KeyObject } from './key-object.ts';

/** What is going on with a domain, and when the next thing happens; times are ISO 8601. */
interface Progress {
  isChecking: boolean;
  nextCheckAt: string | null;
  deadlineAt: string | null;
}

/** A line of the dashboard's list: the Domain of the API, its progress, and how many records stood in which way. */
export type DomainListItem = DomainObject & Progress & { wrongRecords: number; unansweredRecords: number };

/** One record to publish, and how it stood at the last check. */
export interface RecordDetail {
  record: RecordKind;
  type: 'TXT' | 'MX';
  name: string;
  value: string;
  /** The value as character-strings of at most 255 octets. */
  chunks: string[];
  priority: number | null;
  ttlSeconds: number;
  purpose: string;
  state: RecordStatus | 'unchecked';
}

/** A domain as its page in the dashboard shows it. */
export type DomainDetail = DomainObject &
  Progress & { checkedAt: string | null; records: RecordDetail[]; keys: KeyObject[]; dkimRotationDays: number };

/** A domain as whoever owns its DNS sees it, by a link: nothing else of the project is in it, and no id. */
export interface SharedDomain extends Progress {
  domainName: string;
  verificationStatus: VerificationStatus;
  verificationInProgress: boolean;
  checkedAt: string | null;
  records: RecordDetail[];
  /** Those whose records are wanted beside `records`. */
  keys: KeyObject[];
  linkExpiresAt: string;
}

/** Reads how the records of these domains stood, all at once, and formats the lines of the list. */
export async function formatDomainListItems(
  ctx: Pick<Context, 'db' | 'clock' | 'timing'>,
  domains: readonly StoredDomain[],
): Promise<DomainListItem[]> {
  const counts = await countRecords(
    ctx.db,
    domains.map(({ id }) => id),
  );
  return domains.map((domain) => ({
    ...formatDomain(ctx, domain),
    ...formatProgress(ctx, domain),
    wrongRecords: counts.get(domain.id)?.wrong ?? 0,
    unansweredRecords: counts.get(domain.id)?.unanswered ?? 0,
  }));
}

/** Reads the last check a domain and formats all of it. */
export async function formatDomainDetail(
  ctx: Pick<Context, 'db' | 'clock' | 'timing'>,
  domain: StoredDomain,
): Promise<DomainDetail> {
  const check = await findEvidence(ctx.db, domain.id);
  const keys = await listDomainKeys(ctx.db, domain);
  const statuses = new Map(check?.evidence.records.map(({ record, status }) => [record, status]));
  return {
    ...formatDomain(ctx, domain),
    ...formatProgress(ctx, domain),
    checkedAt: check?.checkedAt.toISOString() ?? null,
    records: listRecordDetails(domain, statuses),
    keys: keys.map((key) => formatKey(domain, key)),
    dkimRotationDays: domain.dkimRotationDays,
  };
}

/** Reads the last check a domain and formats what a share link shows. */
export async function formatSharedDomain(
  ctx: Pick<Context, 'db' | 'clock' | 'timing'>,
  domain: StoredDomain,
  linkExpiresAt: Date,
): Promise<SharedDomain> {
  const detail = await formatDomainDetail(ctx, domain);
  const { domainName, verificationStatus, verificationInProgress } = detail;
  const { isChecking, nextCheckAt, deadlineAt, checkedAt, records } = detail;
  // Whoever owns the DNS is told what to publish, and not the story of all keys.
  const keys = detail.keys.filter(({ stage, type }) => stage === 'pending' || (stage === 'active' && type !== 'rsa'));
  return {
    ...{
      domainName,
      verificationStatus,
      verificationInProgress,
      isChecking,
      nextCheckAt,
      deadlineAt,
      checkedAt,
      records,
      keys,
    },
    linkExpiresAt: linkExpiresAt.toISOString(),
  };
}

function formatProgress({ clock, timing }: Pick<Context, 'clock' | 'timing'>, domain: StoredDomain): Progress {
  return {
    isChecking: domain.leaseUntil !== null && domain.leaseUntil > clock.now(),
    nextCheckAt: domain.nextCheckAt?.toISOString() ?? null,
    deadlineAt: findDeadline(domain.state, timing.rules)?.toISOString() ?? null,
  };
}

function listRecordDetails(domain: StoredDomain, statuses: ReadonlyMap<RecordKind, RecordStatus>): RecordDetail[] {
  const { ownership, dkim, mailFrom, dmarc } = buildRecordsOf(domain);
  const published = { ownership, dkim, mail_from_mx: mailFrom[0], mail_from_spf: mailFrom[1], dmarc };
  return RECORD_KINDS.map((kind) => {
    const { type, name, value, purpose } = published[kind];
    return {
      record: kind,
      type,
      name,
      value,
      chunks: type === 'TXT' ? splitTxtValue(value) : [value],
      priority: kind === 'mail_from_mx' ? mailFrom[0].priority : null,
      ttlSeconds: TTL_SECONDS,
      purpose,
      state: statuses.get(kind) ?? 'unchecked',
    };
  });
}
