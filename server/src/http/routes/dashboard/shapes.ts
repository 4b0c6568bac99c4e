import type { z } from 'zod';
import type { Account, OwnProject } from '../../../services/people/accounts.ts';
import type { Issued } from '../../../services/people/issued.ts';
import { describeApiKey, type IssuedApiKey, type ListedApiKey } from '../../../services/projects/api-keys.ts';
import type { accountSchema, projectSchema } from '../../../wire/dashboard/account.ts';
import type { apiKeySchema, issuedApiKeySchema, issuedSchema } from '../../../wire/dashboard/project.ts';

/** Formats a project as the person sees it. */
export function formatProject({ project, role }: OwnProject): z.output<typeof projectSchema> {
  const { createdAt, returnOrigins, ...shown } = project;
  return { ...shown, returnOrigins: [...(returnOrigins ?? [])], createdAt: createdAt.toISOString(), role };
}

/** Formats who is signed in, in a session that has a second factor or not. */
export function formatAccount(
  { projects, ...account }: Account,
  { hasSecondFactor }: { hasSecondFactor: boolean },
): z.output<typeof accountSchema> {
  return { ...account, hasSecondFactor, projects: projects.map(formatProject) };
}

/** Formats a key without its secret. */
export function formatApiKey(key: ListedApiKey, now: Date): z.output<typeof apiKeySchema> {
  const { id, name, prefix, permission, createdAt, lastUsedAt, expiresAt, revokedAt } = key;
  const { lastUsedAddress, allowedDomains, allowedNetworks } = key;
  return {
    id,
    name,
    prefix,
    permission,
    state: describeApiKey(key, now),
    createdBy: key.author,
    isCreatorGone: key.isAuthorGone,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    lastUsedAddress,
    domains: allowedDomains && [...allowedDomains],
    networks: allowedNetworks && [...allowedNetworks],
    expiresAt: expiresAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}

/** Formats a new key, this once with its secret. */
export function formatIssuedApiKey(key: IssuedApiKey & ListedApiKey, now: Date): z.output<typeof issuedApiKeySchema> {
  return { ...formatApiKey(key, now), key: key.key };
}

/** Formats what somebody made that works without them. */
export function formatIssued({ apiKeys, shareLinks, webhooks, dnsConnections }: Issued): z.output<typeof issuedSchema> {
  return {
    apiKeys: apiKeys.map(({ id, name, prefix, permission, lastUsedAt }) => ({
      id,
      name,
      prefix,
      permission,
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
    })),
    shareLinks: shareLinks.map(({ createdAt, expiresAt, ...link }) => ({
      ...link,
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
    })),
    webhooks,
    dnsConnections,
  };
}
