import { formatWanted } from '../../core/publishing/plan-rules.ts';
import type { Publication } from '../../core/publishing/publication.ts';
import { listMissing } from '../../core/publishing/set-content.ts';
import { isSpfRecord } from '../../core/spf/record.ts';
import { findDomainsNamed } from '../../db/queries/domains.ts';
import type { StoredIntent } from '../../db/queries/publishing/intents.ts';
import type { Context } from '../context.ts';
import { listWantedRecords } from './wanted-records.ts';

/**
 * Tells which record sets another domain of this installation wants as they are: one of the same name, added again
 * or proved by another project, whose MAIL FROM and DMARC records are the same. A claim that nobody has proved keeps nothing in
 * somebody's zone.
 */
export async function listWantedByOthers(
  ctx: Pick<Context, 'db'>,
  { domainId, domainName, projectId }: Pick<StoredIntent, 'domainId' | 'domainName' | 'projectId'>,
): Promise<(publication: Publication) => boolean> {
  const others = await findDomainsNamed(ctx.db, { name: domainName, projectId, besides: domainId });
  const wanted = (await Promise.all(others.map((domain) => listWantedRecords(ctx.db, domain)))).flat();
  return ({ name, type, after }) =>
    after !== null &&
    wanted.some(({ record }) => {
      if (record.name.toLowerCase() !== name || record.type !== type) return false;
      // A name has one SPF record (RFC 7208 §3.2): ours serves the other one, too.
      if (isSpfRecord(record.value)) return true;
      return listMissing({ ...after, rdata: [formatWanted(record)] }, after).length === 0;
    });
}
