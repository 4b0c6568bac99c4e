import { z } from 'zod';
import { boundText, markOutside, NOTICE } from './outside-text.ts';
import { defineTool, READS } from './tool.ts';

const MAX_SENTENCE = 1_000;
const MAX_NAME = 300;
const MAX_ZONES = 50;

/** `list_dns_connections`. There is no tool that adds one: credentials don't belong in a conversation. */
export const listDnsConnections = defineTool({
  name: 'list_dns_connections',
  title: 'List DNS connections',
  description:
    "Lists the DNS connections of the project: through which providers its records can be published, which zones they reach, and what last went wrong. Reads what is stored and changes nothing. It never returns credentials; people add connections in the project's settings.",
  annotations: READS,
  input: z.object({}),
  output: z.object({
    notice: z.string(),
    connections: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        provider: z.string(),
        zones: z.array(z.string()),
        hasAllZones: z.boolean().describe('False if there may be more.'),
        lastSuccessAt: z.string().nullable(),
        lastError: z
          .object({
            at: z.string(),
            message: z.string(),
            detail: z.object({ untrusted: z.string() }).nullable().describe('What the provider said.'),
          })
          .nullable(),
      }),
    ),
  }),
  async run(client) {
    const connections = await client.dnsConnections.list();
    return {
      notice: NOTICE,
      connections: connections.map(({ id, name, provider, zones, hasAllZones, lastSuccessAt, lastError }) => ({
        id,
        name: boundText(name, MAX_NAME),
        provider,
        zones: zones.slice(0, MAX_ZONES).map((zone) => boundText(zone, MAX_NAME)),
        hasAllZones: hasAllZones && zones.length <= MAX_ZONES,
        lastSuccessAt,
        lastError: lastError && {
          at: lastError.at,
          message: boundText(lastError.message, MAX_SENTENCE),
          detail: lastError.detail === null ? null : markOutside(lastError.detail, MAX_SENTENCE),
        },
      })),
    };
  },
});
