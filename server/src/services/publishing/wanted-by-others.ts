import { formatWanted } from '../../core/publishing/plan-rules.ts';
import type { WantedRecord } from '../../core/publishing/planned-change.ts';
import type { Publication } from '../../core/publishing/publication.ts';
import { listMissing } from '../../core/publishing/set-content.ts';
import { isSpfRecord } from '../../core/spf/record.ts';
import { findDomainsNamed, type StoredDomain } from '../../db/queries/domains.ts';
import type { StoredIntent } from '../../db/queries/publishing/intents.ts';
import type { Context } from '../context.ts';
import { listWantedRecords } from './wanted-records.ts';

/** Who wants a record set as it is. */
export type FindWanting = (publication: Publication) => StoredDomain | undefined;

/**
 * Tells which domain of this installation besides this one wants a record set as it is: one of the same name, added again or
 * proved by another project, whose MAIL FROM and DMARC records are the same. The project's own comes first, since it can take
 * over what was written. A claim that nobody has proved keeps nothing in somebody's zone.
 */
export async function listWantedByOthers(
  ctx: Pick<Context, 'db'>,
  { domainId, domainName, projectId }: Pick<StoredIntent, 'domainId' | 'domainName' | 'projectId'>,
): Promise<FindWanting> {
  const found = await findDomainsNamed(ctx.db, { name: domainName, projectId, besides: domainId });
  const own = found.filter((domain) => domain.projectId === projectId);
  const others = [...own, ...found.filter((domain) => domain.projectId !== projectId)];
  const wanted = await Promise.all(
    others.map(async (domain) => ({ domain, records: await listWantedRecords(ctx.db, domain) })),
  );
  return (publication) =>
    wanted.find(({ records }) => records.some(({ record }) => isWanted(record, publication)))?.domain;
}

function isWanted(record: WantedRecord['record'], { name, type, after }: Publication): boolean {
  if (after === null || record.name.toLowerCase() !== name || record.type !== type) return false;
  // A name has one SPF record (RFC 7208 §3.2): ours serves the other one, too.
  if (isSpfRecord(record.value)) return true;
  return listMissing({ ...after, rdata: [formatWanted(record)] }, after).length === 0;
}
