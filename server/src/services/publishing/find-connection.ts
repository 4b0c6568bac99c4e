import { isId, type ProjectId } from '../../core/ids.ts';
import type { DnsProvider, DnsProviderProblem, ProviderZone } from '../../core/publishing/dns-provider.ts';
import * as table from '../../db/queries/dns-connections.ts';
import type { Context } from '../context.ts';
import { type OpeningContext, openProvider } from './open-provider.ts';
import { MAX_ZONES } from './test-connection.ts';

/** A connection that didn't say whether it reaches a zone. */
export interface FailedConnection {
  readonly connection: table.StoredDnsConnection;
  readonly problem: DnsProviderProblem;
}

/** The connection that reaches a zone, opened; or those that couldn't be asked. */
export type ConnectionSearch =
  | {
      readonly outcome: 'found';
      readonly connection: table.StoredDnsConnection;
      readonly provider: DnsProvider;
      readonly zone: ProviderZone;
    }
  | { readonly outcome: 'none'; readonly failed: readonly FailedConnection[] };

/**
 * Finds the connection through which a zone can be written: one of the project first, then one of the instance that is open to
 * it. Those that are known to reach the zone are asked first.
 * @param projectId null for the instance's own use: all of its connections, and no others
 * @param zoneName the zone of the real zone cut, in lower-case A-labels
 */
export async function findConnection(
  ctx: OpeningContext,
  projectId: ProjectId | null,
  zoneName: string,
  signal: AbortSignal,
): Promise<ConnectionSearch> {
  const candidates =
    projectId === null
      ? await table.listDnsConnections(ctx.db, null)
      : await table.listUsableDnsConnections(ctx.db, projectId);
  const failed: FailedConnection[] = [];
  for (const connection of sortByHope(candidates, zoneName)) {
    const provider = openProvider(ctx, connection);
    const answer = await provider.findZone(zoneName, signal);
    if (answer.outcome !== 'done') failed.push({ connection, problem: answer });
    else if (answer.value) {
      if (!connection.zones.includes(zoneName)) await table.addZone(ctx.db, connection.id, zoneName, MAX_ZONES);
      return { outcome: 'found', connection, provider, zone: answer.value };
    }
  }
  return { outcome: 'none', failed };
}

/** A project's before the instance's; among them those that reach the zone, then those that couldn't list all of theirs. */
function sortByHope(
  connections: readonly table.StoredDnsConnection[],
  zoneName: string,
): readonly table.StoredDnsConnection[] {
  const rank = ({ projectId, zones, hasAllZones }: table.StoredDnsConnection) =>
    (projectId === null ? 3 : 0) + (zones.includes(zoneName) ? 0 : hasAllZones ? 2 : 1);
  return connections.toSorted((one, other) => rank(one) - rank(other));
}

/** Finds a connection again that a project's domain was written through; null where it is gone, or no longer open to the project. */
export async function findUsableConnection(
  ctx: Pick<Context, 'db'>,
  projectId: ProjectId,
  id: string,
): Promise<table.StoredDnsConnection | null> {
  return isId(id) ? table.findUsableDnsConnection(ctx.db, projectId, id) : null;
}
