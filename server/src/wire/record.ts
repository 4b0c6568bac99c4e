import { z } from 'zod';
import { KEY_STAGES } from '../core/records/dkim-key.ts';
import { RECORD_KINDS } from '../core/records/record.ts';
import { RECORD_TYPES } from '../core/records/to-publish.ts';

/** One record to publish, as a DNS panel takes it. */
export const panelRecordSchema = z
  .strictObject({
    record: z.enum(RECORD_KINDS),
    purpose: z.string(),
    title: z.string().meta({ description: 'A heading for it.', example: 'DKIM key' }),
    required: z.boolean().meta({ description: 'Whether the domain needs it to become VERIFIED.' }),
    type: z.enum(RECORD_TYPES),
    name: z.string().meta({ description: 'The whole name.', example: '_dmarc.example.com' }),
    host: z
      .string()
      .meta({ description: 'The name as a DNS panel takes it: relative to `zone`, `@` for the zone itself.' }),
    zone: z.string().meta({
      description:
        'The zone that contains the name: as the last check found it, before that the one in which it most likely goes.',
    }),
    value: z.string().meta({ description: 'The whole value. For an MX, its host.' }),
    chunks: z.array(z.string()).meta({
      description: 'The value as the character-strings of one TXT record, at most 255 octets each (RFC 1035 §3.3.14).',
    }),
    priority: z.int().optional().meta({ description: 'Only for an MX.' }),
    ttl: z.int().meta({ description: 'A proposal, in seconds.' }),
    status: z
      .enum(['verified', 'missing', 'mismatched', 'conflicting', 'unknown', 'unchecked'])
      .meta({ description: 'How it stood at the last check; `unchecked` before the first one.' }),
    selector: z.string().optional().meta({ description: 'Only for DKIM keys.' }),
    stage: z
      .enum(KEY_STAGES)
      .optional()
      .meta({ description: 'Only for DKIM keys beside the one that signs now; see docs/keys.md.' }),
    panel: z
      .strictObject({
        provider: z.string(),
        value: z.string().meta({ description: "The value as this provider's form takes it." }),
        note: z.string().nullable().meta({ description: 'What is special there, in a sentence or two.' }),
      })
      .optional()
      .meta({ description: "The panel of the domain's DNS provider, where that was recognized." }),
  })
  .meta({ id: 'PanelRecord' });

/** One record to publish, as clients see it. */
export type PanelRecordObject = z.output<typeof panelRecordSchema>;
