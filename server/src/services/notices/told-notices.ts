import type { DomainChange, ProjectEvent } from '../../core/lifecycle/events.ts';
import type { MissingRecord, Notice } from '../../core/notices/notice.ts';
import type { FlagName } from '../../core/records/record.ts';
import { RECORDS } from '../../core/records/record.ts';
import { findDomains, type StoredDomain } from '../../db/queries/domains.ts';
import { findEvidences, type StoredEvidence } from '../../db/queries/history.ts';
import type { StoredNotice } from '../../db/queries/mail/mails.ts';
import type { Context } from '../context.ts';
import { tellRecordsOf } from '../domain-object/told-records.ts';

/** Of so many domains an email says what was found; of the others only what is missing. */
const MAX_DETAILED = 25;

type FallenData = Extract<DomainChange, { readonly data: { readonly deadlineAt: string } }>['data'];

/** Makes what an email tells of its notices: the facts of the events, and what the last check found of the records that are missing. */
export async function tellNotices(
  ctx: Pick<Context, 'db' | 'clock'>,
  stored: readonly StoredNotice[],
): Promise<Notice[]> {
  const fallen = stored.filter(isFallen).slice(0, MAX_DETAILED);
  const keys = fallen.flatMap(({ projectId, domain }) => (domain ? [{ projectId, id: domain.id }] : []));
  const evidences = await findEvidences(
    ctx.db,
    keys.map(({ id }) => id),
  );
  const domains = new Map((await findDomains(ctx.db, keys)).map((domain) => [domain.id, domain]));
  return stored.flatMap((notice) => {
    const domain = notice.domain && domains.get(notice.domain.id);
    if (!domain || !isFallen(notice)) return tellNotice(notice, []);
    const { missing } = notice.data as FallenData;
    return tellNotice(notice, describeMissing(ctx, domain, evidences.get(domain.id) ?? null, missing));
  });
}

function isFallen({ type }: Pick<StoredNotice, 'type'>): boolean {
  return type === 'domain.at_risk' || type === 'domain.failed';
}

/** Nothing is told of a domain that is gone. */
function tellNotice(
  { type, at, projectId, projectName, domain, data }: StoredNotice,
  records: readonly MissingRecord[],
): Notice[] {
  const told = { at, project: { id: projectId, name: projectName } };
  if (type === 'webhook.disabled') {
    const { webhook, reason, failingSince } = data as ProjectEvent['data'];
    return [{ ...told, type, webhook, reason, failingSince: failingSince === null ? null : new Date(failingSince) }];
  }
  if (domain === null) return [];
  if (type === 'domain.restored') return [{ ...told, type, domain }];
  // Only `insertEvents` and `storeChecks` write them, and only of the union.
  const { missing, deadlineAt } = data as FallenData;
  const wasVerified = domain.verifiedAt !== null;
  return [{ ...told, type, domain, missing, deadlineAt: new Date(deadlineAt), wasVerified, records }];
}

/** What is to be published of the records that fell, and what was found in their place; none of one that is right again. */
function describeMissing(
  { clock }: Pick<Context, 'clock'>,
  domain: StoredDomain,
  seen: StoredEvidence | null,
  missing: readonly FlagName[],
): MissingRecord[] {
  const telling = { now: clock.now(), nextCheckAt: domain.nextCheckAt };
  const { records, dkimType } = tellRecordsOf(domain, seen?.evidence ?? null, telling);
  return records.flatMap((record) => {
    const { flag, title, type: usual } = RECORDS[record.record];
    const type = record.record === 'dkim' ? dkimType : usual;
    if (!missing.includes(flag) || record.status === 'verified') return [];
    const findings = record.findings.map(({ title, detail, fix }) => ({ title, detail, fix }));
    return [{ title, type, name: record.name, value: record.expected, findings }];
  });
}
