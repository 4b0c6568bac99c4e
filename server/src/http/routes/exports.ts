import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { validationError } from '../../core/errors.ts';
import { formatCsv } from '../../core/exports/csv.ts';
import type { RecordsToExport } from '../../core/exports/record-list.ts';
import { formatTerraform, TERRAFORM_PROVIDERS, type TerraformProvider } from '../../core/exports/terraform.ts';
import { formatCloudflareFile, formatZoneFile } from '../../core/exports/zone-file.ts';
import type { Context } from '../../services/context.ts';
import { buildRecordsOf, getDomain } from '../../services/domains.ts';
import { callerOf } from '../auth.ts';
import { commonFailures, failureSchema } from '../schemas/envelope.ts';

const FORMATS = ['zone', 'terraform', 'cloudflare', 'csv'] as const;

interface ExportFormat {
  /** Without the charset: all are UTF-8. */
  readonly mediaType: string;
  /** What follows the domain in the file's name. */
  readonly suffix: string;
  format(input: RecordsToExport, provider: TerraformProvider): string;
}

const EXPORTS: Readonly<Record<(typeof FORMATS)[number], ExportFormat>> = {
  zone: { mediaType: 'text/dns', suffix: '.zone', format: formatZoneFile },
  terraform: { mediaType: 'text/plain', suffix: '.tf', format: formatTerraform },
  cloudflare: { mediaType: 'text/dns', suffix: '.cloudflare.txt', format: formatCloudflareFile },
  csv: { mediaType: 'text/csv', suffix: '.csv', format: formatCsv },
};

const querySchema = z.strictObject({
  format: z
    .enum(FORMATS, { error: `format must be one of ${FORMATS.join(', ')}.` })
    .optional()
    .meta({
      description:
        '`zone` (the default): a master file fragment, RFC 1035. `terraform`: see `provider`. `cloudflare`: for "Import DNS records" of Cloudflare. `csv`: a table, RFC 4180.',
    }),
  provider: z
    .enum(TERRAFORM_PROVIDERS, { error: `provider must be one of ${TERRAFORM_PROVIDERS.join(', ')}.` })
    .optional()
    .meta({
      description:
        'With `format=terraform` only: `cloudflare` (the default; `cloudflare_dns_record`, provider version 5) or `route53` (`aws_route53_record`).',
    }),
});

const text = { schema: z.string() };

/** `GET /v1/domains/{domainId}/zone-file`: the records to publish, as files that other software reads. */
export function exportRoutes(ctx: Context): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.route({
      method: 'GET',
      url: '/domains/:domainId/zone-file',
      schema: {
        tags: ['Domains'],
        summary: "Get a domain's records as a zone file, Terraform, Cloudflare's import file or CSV",
        params: z.strictObject({ domainId: z.string() }),
        querystring: querySchema,
        response: {
          200: {
            description: 'The records to publish. Not JSON: a file.',
            content: { 'text/dns': text, 'text/plain': text, 'text/csv': text },
          },
          ...commonFailures,
          404: failureSchema,
        },
      },
      handler: async (request, reply) => {
        const { format = 'zone', provider } = request.query;
        if (provider !== undefined && format !== 'terraform')
          throw validationError('provider', 'provider goes with format=terraform only.');
        const domain = await getDomain(ctx, callerOf(request).project.id, request.params.domainId);
        const { mediaType, suffix, format: formatFile } = EXPORTS[format];
        const input = { domainName: domain.name, records: buildRecordsOf(domain) };
        return (
          reply
            .type(`${mediaType}; charset=utf-8`)
            // A domain name has no character that would need quoting.
            .header('content-disposition', `attachment; filename="${domain.name}${suffix}"`)
            .send(formatFile(input, provider ?? 'cloudflare'))
        );
      },
    });
    done();
  };
}
