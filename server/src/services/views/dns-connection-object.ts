import { formatTime } from '../../core/format-time.ts';
import { listSettings } from '../../core/publishing/provider-table.ts';
import { describeProviderProblem } from '../../core/publishing/words.ts';
import type { StoredDnsConnection } from '../../db/queries/dns-connections.ts';
import type { DnsConnectionDetail, DnsConnectionObject, DnsConnectionTest } from '../../wire/dns-connection.ts';
import type { DependentDomains } from '../publishing/connections.ts';
import type { ConnectionTest } from '../publishing/test-connection.ts';

/** Formats a connection without its secrets. */
export function formatDnsConnection(connection: StoredDnsConnection): DnsConnectionObject {
  const { id, name, provider, settings, zones, hasAllZones, lastSuccessAt, lastError, lastErrorAt } = connection;
  return {
    id,
    name,
    provider,
    settings: sortSettings(provider, settings),
    zones,
    hasAllZones,
    lastSuccessAt: formatTime(lastSuccessAt),
    lastError:
      lastError && lastErrorAt
        ? {
            at: lastErrorAt.toISOString(),
            code: lastError.outcome,
            ...describeProviderProblem(provider, lastError, lastError.operation),
          }
        : null,
    createdAt: connection.createdAt.toISOString(),
  };
}

/** The settings in the order of the table: the database keeps another. */
function sortSettings(
  provider: StoredDnsConnection['provider'],
  settings: StoredDnsConnection['settings'],
): Record<string, string> {
  const known = listSettings(provider).flatMap(([name]) => {
    const value = settings[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(known);
}

/** Formats a connection with the domains that lie in its zones. */
export function formatDnsConnectionDetail(
  connection: StoredDnsConnection,
  { domains, hasMoreDomains }: DependentDomains,
): DnsConnectionDetail {
  return { ...formatDnsConnection(connection), domains: [...domains], hasMoreDomains };
}

/** Formats what came of a test. */
export function formatDnsConnectionTest({ problem, zones, hasAllZones, writtenTo }: ConnectionTest): DnsConnectionTest {
  return { success: problem === null, zones, hasAllZones, writtenTo, problem };
}
