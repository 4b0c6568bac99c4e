import type { DnsConnection } from '../../api/dns-connections.ts';

/** Whether the last thing that is known of a connection is an error. */
export function hasFailedSince({
  lastError,
  lastSuccessAt,
}: Pick<DnsConnection, 'lastError' | 'lastSuccessAt'>): boolean {
  return lastError !== null && (lastSuccessAt === null || lastError.at >= lastSuccessAt);
}
