import { z } from 'zod';
import { TERRAFORM_PROVIDERS } from '../core/exports/terraform.ts';

/** The files that a domain's records come as. */
export const EXPORT_FORMATS = ['zone', 'terraform', 'cloudflare', 'csv'] as const;

/** The query of an export. */
export const exportQuerySchema = z.strictObject({
  format: z
    .enum(EXPORT_FORMATS, { error: `format must be one of ${EXPORT_FORMATS.join(', ')}.` })
    .optional()
    .meta({
      description:
        '`zone` (the default): a zone file fragment (RFC 1035). `terraform`: see `provider`. `cloudflare`: for Cloudflare\'s "Import DNS records". `csv`: a table (RFC 4180).',
    }),
  records: z.enum(['all', 'open'], { error: 'records must be all or open.' }).optional().meta({
    description:
      '`all` (the default), or `open`: only those that were not right at the last check, so that nothing is imported twice.',
  }),
  provider: z
    .enum(TERRAFORM_PROVIDERS, { error: `provider must be one of ${TERRAFORM_PROVIDERS.join(', ')}.` })
    .optional()
    .meta({
      description:
        'Only with `format=terraform`: `cloudflare` (the default; `cloudflare_dns_record`, provider version 5) or `route53` (`aws_route53_record`).',
    }),
});
