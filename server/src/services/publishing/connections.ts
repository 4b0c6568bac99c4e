/*
 * Writing DNS for people. They keep credentials for their zones here (`connections.ts`), which `open-provider.ts` opens and
 * `provider-tools.ts` connects to the world; `test-connection.ts` tries one, `find-connection.ts` finds the one that reaches a
 * zone. The port and the table of providers are in `core/publishing/`, the adapters in `providers/dns/`.
 */

import { AppError, validationError } from '../../core/errors.ts';
import { buildId, isId, type ProjectId } from '../../core/ids.ts';
import { isPlainText } from '../../core/plain-text.ts';
import { type DnsProviderName, PROVIDER_TABLE } from '../../core/publishing/provider-table.ts';
import { readSettings } from '../../core/publishing/settings.ts';
import { formatProviderProblem } from '../../core/publishing/words.ts';
import type { Db } from '../../db/db.ts';
import * as table from '../../db/queries/dns-connections.ts';
import { findProject } from '../../db/queries/projects.ts';
import { retryFailedIntents } from '../../db/queries/publishing/intents.ts';
import { noteAction } from '../audit/audit.ts';
import type { Context } from '../context.ts';
import { addWithinQuota } from '../node/quotas.ts';
import { holdAuthor } from '../people/author.ts';
import { createAdapter, type OpeningContext, sealSecrets } from './open-provider.ts';
import { type Failure, listReached, startTime, takeTestTurn } from './test-connection.ts';

/** What a connection is made from. */
export interface DnsConnectionInput {
  readonly name: string;
  readonly provider: DnsProviderName;
  readonly settings: Readonly<Record<string, string | number>>;
}

type ManagingContext = OpeningContext & Pick<Context, 'quotas' | 'stopping' | 'connectionTests'>;

/**
 * Creates a connection, after its credentials were tried: what doesn't work isn't kept.
 * @param owner a project; null for the instance
 * @param openTo of the instance's: the projects whose domains may be published through it, or `*`
 * @param onStored runs in the same transaction
 * @throws AppError VALIDATION_FAILED, DNS_CONNECTION_FAILED, QUOTA_EXCEEDED, UNAUTHORIZED, RATE_LIMIT_EXCEEDED; FORBIDDEN for a test project
 */
export async function createDnsConnection(
  ctx: ManagingContext,
  owner: table.ConnectionOwner,
  { name, provider, settings }: DnsConnectionInput,
  {
    openTo = [],
    onStored,
  }: {
    readonly openTo?: readonly string[];
    readonly onStored?: ((tx: Db, created: table.StoredDnsConnection) => Promise<void>) | undefined;
  } = {},
): Promise<table.StoredDnsConnection> {
  if (!isPlainText(name)) throw validationError('name', "name can't have control characters.");
  const read = readSettings(provider, settings);
  if (owner !== null) await refuseTestProject(ctx, owner);
  const adapter = createAdapter(ctx, provider, read, owner);
  if (!adapter)
    throw validationError('provider', `This installation has no adapter for ${PROVIDER_TABLE[provider].title}.`);
  const signal = startTime(ctx);
  const reached = await takeTestTurn(ctx, owner, () => listReached(adapter, signal));
  if (reached.outcome !== 'done') throw connectionFailed(provider, reached);
  const now = ctx.realClock.now();
  const id = buildId(now, ctx.randomBytes(8));
  const add = async (tx: Db) => {
    const author = owner === null ? {} : await holdAuthor(tx, owner, now);
    const added = await table.insertDnsConnection(tx, {
      id,
      projectId: owner,
      name,
      provider,
      settings: read.open,
      ...sealSecrets(ctx, id, read.secret),
      openTo: [...openTo],
      ...reached.value,
      lastSuccessAt: now,
      ...author,
      createdAt: now,
    });
    await note(tx, 'dns_connection.created', added, now);
    await retryFailedIntents(tx, listProjects(owner, openTo), now);
    await onStored?.(tx, added);
    return added;
  };
  return owner === null ? ctx.db.transaction(add) : addWithinQuota(ctx, 'dnsConnections', { projectId: owner }, add);
}

/** Whose domains may be published through a connection; null for everybody's. */
function listProjects(owner: table.ConnectionOwner, openTo: readonly string[]): readonly ProjectId[] | null {
  if (owner !== null) return [owner];
  return openTo.includes('*') ? null : (openTo as readonly ProjectId[]);
}

/** Lists the connections of a project, or of the instance, the oldest first. */
export async function listDnsConnections(
  ctx: Pick<Context, 'db'>,
  owner: table.ConnectionOwner,
): Promise<table.StoredDnsConnection[]> {
  return table.listDnsConnections(ctx.db, owner);
}

/** Gets a connection. @throws AppError NOT_FOUND, the same for another owner's id and for one that never was */
export async function getDnsConnection(
  ctx: Pick<Context, 'db'>,
  owner: table.ConnectionOwner,
  id: string,
): Promise<table.StoredDnsConnection> {
  const connection = isId(id) ? await table.findDnsConnection(ctx.db, owner, id) : null;
  if (!connection) throw connectionNotFound();
  return connection;
}

/** Deletes a connection with its credentials. What was written through it stays in DNS. @throws AppError NOT_FOUND */
export async function deleteDnsConnection(
  ctx: Pick<Context, 'db' | 'realClock'>,
  owner: table.ConnectionOwner,
  id: string,
): Promise<table.StoredDnsConnection> {
  return ctx.db.transaction(async (tx) => {
    const deleted = isId(id) ? await table.deleteDnsConnection(tx, owner, id) : null;
    if (!deleted) throw connectionNotFound();
    await note(tx, 'dns_connection.deleted', deleted, ctx.realClock.now());
    return deleted;
  });
}

/** So many domains are named. */
const MAX_DEPENDENTS = 100;

/** What of a project depends on a connection. */
export interface DependentDomains {
  readonly domains: readonly string[];
  readonly hasMoreDomains: boolean;
}

/** Lists the domains of a project that lie in the zones of a connection. */
export async function listDependentDomains(
  ctx: Pick<Context, 'db' | 'slowStatements'>,
  projectId: ProjectId,
  { zones }: table.StoredDnsConnection,
): Promise<DependentDomains> {
  const found = await ctx.slowStatements.take(projectId, () =>
    table.listDomainsInZones(ctx.db, projectId, zones, MAX_DEPENDENTS + 1),
  );
  return { domains: found.slice(0, MAX_DEPENDENTS), hasMoreDomains: found.length > MAX_DEPENDENTS };
}

/** The failure of a provider as an error for whoever asked. */
function connectionFailed(provider: DnsProviderName, { problem, operation }: Failure): AppError {
  const { retryAfterSeconds } = problem;
  return new AppError('DNS_CONNECTION_FAILED', formatProviderProblem(provider, problem, operation), {
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

function connectionNotFound(): AppError {
  return new AppError('NOT_FOUND', 'DNS connection not found');
}

/** @throws AppError FORBIDDEN */
async function refuseTestProject({ db }: Pick<Context, 'db'>, id: ProjectId): Promise<void> {
  if ((await findProject(db, id))?.isTest)
    throw new AppError('FORBIDDEN', 'A test project has no DNS connections: the DNS of its domains is simulated.');
}

async function note(
  tx: Db,
  action: 'dns_connection.created' | 'dns_connection.deleted',
  { id, name, projectId, provider, settings }: table.StoredDnsConnection,
  at: Date,
): Promise<void> {
  const object = { kind: 'dns_connection', id, name };
  const facts = { provider, ...settings };
  await noteAction(tx, at, {
    action,
    projectId,
    object,
    ...(action === 'dns_connection.created' ? { after: facts } : { before: facts }),
  });
}
