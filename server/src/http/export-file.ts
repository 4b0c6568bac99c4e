import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { validationError } from '../core/errors.ts';
import { formatCsv } from '../core/exports/csv.ts';
import type { RecordsToExport } from '../core/exports/record-list.ts';
import { formatTerraform, type TerraformProvider } from '../core/exports/terraform.ts';
import { formatCloudflareFile, formatZoneFile } from '../core/exports/zone-file.ts';
import { RECORDS } from '../core/records/record.ts';
import type { StoredDomain } from '../db/queries/domains.ts';
import { findEvidence } from '../db/queries/history.ts';
import type { Context } from '../services/context.ts';
import { buildRecordsOf } from '../services/domain-object/domain-records.ts';
import { listFurtherRecords, listKeysToCheck } from '../services/keys/domain-keys.ts';
import type { EXPORT_FORMATS, exportQuerySchema } from '../wire/export-query.ts';

interface ExportFormat {
  /** Without the charset: all are UTF-8. */
  readonly mediaType: string;
  /** What follows the domain in the file's name. */
  suffix(provider: TerraformProvider): string;
  format(input: RecordsToExport, provider: TerraformProvider): string;
}

const EXPORTS: Readonly<Record<(typeof EXPORT_FORMATS)[number], ExportFormat>> = {
  zone: { mediaType: 'text/dns', suffix: () => '.zone', format: formatZoneFile },
  terraform: { mediaType: 'text/plain', suffix: (provider) => `.${provider}.tf`, format: formatTerraform },
  cloudflare: { mediaType: 'text/dns', suffix: () => '.cloudflare.txt', format: formatCloudflareFile },
  csv: { mediaType: 'text/csv', suffix: () => '.csv', format: formatCsv },
};

/** Answers with a domain's records as a file to download. @throws AppError VALIDATION_FAILED where the query contradicts itself */
export async function sendExport(
  ctx: Pick<Context, 'db'>,
  reply: FastifyReply,
  domain: StoredDomain,
  { format = 'zone', provider, records = 'all' }: z.output<typeof exportQuerySchema>,
): Promise<FastifyReply> {
  if (provider !== undefined && format !== 'terraform')
    throw validationError('provider', 'provider can only be used with format=terraform.');
  const { mediaType, suffix, format: formatFile } = EXPORTS[format];
  const further = listFurtherRecords(domain, await listKeysToCheck(ctx.db, domain));
  const live = records === 'open' ? await listLiveNames(ctx, domain) : new Set<string>();
  const input = {
    domainName: domain.name,
    records: buildRecordsOf(domain),
    furtherKeys: further.map(({ record }) => record),
    // By the name as well, since a CNAME is judged by what is behind it.
    isLeftOut: ({ name, type }: { name: string; type: string }) => live.has(`${type === 'MX' ? 'MX' : 'TXT'} ${name}`),
  };
  return (
    reply
      .type(`${mediaType}; charset=utf-8`)
      // A domain name has no character that would need quoting.
      .header('content-disposition', `attachment; filename="${domain.name}${suffix(provider ?? 'cloudflare')}"`)
      .send(formatFile(input, provider ?? 'cloudflare'))
  );
}

/** The records that were right at the last check, by the type that was asked for and by name. */
async function listLiveNames(ctx: Pick<Context, 'db'>, domain: StoredDomain): Promise<Set<string>> {
  const evidence = (await findEvidence(ctx.db, domain.id))?.evidence;
  const own = (evidence?.records ?? []).filter(({ status }) => status === 'verified');
  const further = (evidence?.keys ?? []).filter(({ status }) => status === 'verified');
  return new Set([
    ...own.map(({ record, name }) => `${RECORDS[record].type} ${name}`),
    ...further.map(({ name }) => `TXT ${name}`),
  ]);
}
