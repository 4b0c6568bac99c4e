import { z } from 'zod';
import { PERMISSIONS } from '../core/access/permissions.ts';

/** What an API key may learn about itself. */
export const ownApiKeySchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    permission: z.enum(PERMISSIONS),
    domains: z.array(z.string()).nullable().meta({ description: 'The domains that it is limited to; null for all.' }),
    project: z.strictObject({
      id: z.string(),
      name: z.string(),
      isTest: z
        .boolean()
        .meta({ description: 'Whether this is a test project, whose domains follow a script and need no DNS.' }),
    }),
  })
  .meta({ id: 'OwnApiKey' });
