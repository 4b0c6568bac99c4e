import { z } from 'zod';
import { AutosendError } from '../autosend-error.ts';
import type { AutosendDomains } from '../client.ts';
import type { Domain } from '../shapes.ts';
import { defineTool, READS } from './tool.ts';

/** How a tool is told which domain it is about. */
export const domainInput = z
  .string()
  .min(1)
  .max(300)
  .describe('The name of the domain, such as example.com, or its id.');

/** A domain, without its records. */
export const domainOutput = z.object({
  id: z.string(),
  domainName: z.string(),
  verificationStatus: z.string().describe('PENDING_CONFIGURATION, VERIFIED, TEMPORARY_FAILURE or FAILED.'),
  ownershipVerified: z.boolean(),
  dkimEnabled: z.boolean(),
  mailFromEnabled: z.boolean(),
  dmarcEnabled: z.boolean(),
  regionKey: z.string(),
  createdAt: z.string(),
  lastCheckedAt: z.string(),
  verifiedAt: z.string().optional(),
  verificationInProgress: z.boolean(),
});

const recordOutput = z.object({
  record: z.string(),
  purpose: z.string(),
  required: z.boolean().describe('Whether the domain needs it to become VERIFIED.'),
  type: z.string(),
  name: z.string().describe('The whole name.'),
  host: z.string().describe('The name as a DNS panel takes it, relative to the zone.'),
  value: z.string(),
  priority: z.number().optional(),
  ttl: z.number(),
  status: z.string().describe('verified, missing, mismatched, conflicting, unknown or unchecked.'),
});

const ID = /^[a-f\d]{24}$/;

/** Finds the domain that a tool was told. @throws AutosendError NOT_FOUND */
export async function findDomain(client: AutosendDomains, domain: string): Promise<Domain> {
  if (ID.test(domain)) return client.domains.get(domain);
  const found = await client.domains.find(domain);
  if (found) return found;
  throw new AutosendError(
    'NOT_FOUND',
    `There is no domain ${JSON.stringify(domain)} in this project. Add it with add_domain.`,
  );
}

/** A domain as tools show it. */
export function formatDomain({ dnsRecords: _, ...domain }: Domain): z.input<typeof domainOutput> {
  return domain;
}

/** `list_domains`. */
export const listDomains = defineTool({
  name: 'list_domains',
  title: 'List domains',
  description:
    'Lists the sending domains of the project, newest first, with their verification status. Reads what is stored: asks no DNS and changes nothing. Pass nextCursor as cursor for the next page.',
  annotations: READS,
  input: z.object({
    status: z.enum(['PENDING_CONFIGURATION', 'VERIFIED', 'TEMPORARY_FAILURE', 'FAILED']).optional(),
    search: z.string().min(1).max(253).optional().describe('A part of the name.'),
    limit: z.number().int().min(1).max(100).default(50),
    cursor: z.string().max(200).optional(),
  }),
  output: z.object({ domains: z.array(domainOutput), nextCursor: z.string().optional() }),
  async run(client, filter) {
    const { domains, nextCursor } = await client.domains.list(filter);
    return { domains: domains.map(formatDomain), ...(nextCursor !== undefined && { nextCursor }) };
  },
});

/** `get_domain`. */
export const getDomain = defineTool({
  name: 'get_domain',
  title: 'Get a domain',
  description: 'Shows how a domain stands, as of the last check. Asks no DNS and changes nothing.',
  annotations: READS,
  input: z.object({ domain: domainInput }),
  output: z.object({ domain: domainOutput }),
  run: async (client, { domain }) => ({ domain: formatDomain(await findDomain(client, domain)) }),
});

/** `get_dns_records`. */
export const getDnsRecords = defineTool({
  name: 'get_dns_records',
  title: 'Get the DNS records to publish',
  description:
    'Lists the DNS records that the owner of a domain has to publish, in the form in which DNS panels take them, with how each stood at the last check. Asks no DNS and changes nothing. Never publishes anything itself.',
  annotations: READS,
  input: z.object({ domain: domainInput }),
  output: z.object({ domainName: z.string(), records: z.array(recordOutput) }),
  async run(client, { domain }) {
    const { id, domainName } = await findDomain(client, domain);
    const records = await client.domains.records(id);
    return {
      domainName,
      records: records.map(({ record, purpose, required, type, name, host, value, priority, ttl, status }) => {
        const shown = { record, purpose, required, type, name, host, value, ttl, status };
        return priority === undefined ? shown : { ...shown, priority };
      }),
    };
  },
});

/** `add_domain`. */
export const addDomain = defineTool({
  name: 'add_domain',
  title: 'Add a domain',
  description:
    'Adds a sending domain to the project and creates its DKIM key. Side effects: it is stored, and its DNS is checked in the background from now on. A repeat adds nothing: it answers with the domain that is there, and created is false. The records to publish are in get_dns_records.',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  input: z.object({
    domain: z.string().min(1).max(300).describe('The part after the @ of the addresses, such as example.com.'),
    regionKey: z.string().max(100).optional().describe("Left out, the project's primary region."),
  }),
  output: z.object({ created: z.boolean(), domain: domainOutput }),
  async run(client, input) {
    try {
      return { created: true, domain: formatDomain(await client.domains.create(input)) };
    } catch (error) {
      if (!(error instanceof AutosendError) || error.code !== 'DOMAIN_ALREADY_EXISTS') throw error;
      return { created: false, domain: formatDomain(await findDomain(client, input.domain)) };
    }
  },
});

/** `verify_domain`. */
export const verifyDomain = defineTool({
  name: 'verify_domain',
  title: 'Check a domain now',
  description:
    "Asks the domain's name servers for its records and stores the outcome. Side effects: DNS questions, and the status may change; what is missing is looked for in the background for 72 hours. A repeat checks again; asked too often, it answers with the last check and retryAfterSeconds.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  input: z.object({ domain: domainInput }),
  output: z.object({ domain: domainOutput, retryAfterSeconds: z.number().optional() }),
  async run(client, { domain }) {
    const { id } = await findDomain(client, domain);
    const { domain: checked, retryAfterSeconds } = await client.domains.verify(id);
    return { domain: formatDomain(checked), ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
  },
});

/** `delete_domain`. */
export const deleteDomain = defineTool({
  name: 'delete_domain',
  title: 'Delete a domain',
  description:
    'Deletes a domain and its DKIM keys for good. It cannot be undone: mail can no longer be signed for it, and adding it again gives new keys and records to publish. Records that the service itself published are removed from DNS, the DKIM records after 7 days. Ask a person first. A repeat changes nothing and answers NOT_FOUND.',
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  input: z.object({
    domain: domainInput,
    confirm: z.string().max(300).describe('The name of the domain once more, exactly: example.com.'),
  }),
  output: z.object({ deleted: z.boolean(), domainName: z.string() }),
  async run(client, { domain, confirm }) {
    const { id, domainName } = await findDomain(client, domain);
    if (confirm !== domainName)
      throw new AutosendError('VALIDATION_FAILED', `confirm must be ${domainName}. Nothing was deleted.`);
    await client.domains.delete(id);
    return { deleted: true, domainName };
  },
});
