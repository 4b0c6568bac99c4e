import { AppError } from '../../core/errors.ts';
import type { DnsProviderProblem } from '../../core/publishing/dns-provider.ts';
import { formatProviderProblem, type ProviderOperation } from '../../core/publishing/words.ts';
import * as table from '../../db/queries/dns-connections.ts';
import type { HealthFinding } from '../checks/reachability.ts';
import type { Context } from '../context.ts';
import { openProvider } from './open-provider.ts';
import { startTime, testDnsConnection } from './test-connection.ts';

/** So many of its zones are tried, each with two requests. */
const TRIED_ZONES = 5;

/**
 * Tries the DNS connections of the instance, and says what each lacks. Nothing is written to a zone.
 * @param hasKeysZone whether the service itself has a zone to write
 */
export async function examineDnsConnections(
  ctx: Context,
  { hasKeysZone }: { readonly hasKeysZone: boolean },
): Promise<HealthFinding[]> {
  const connections = await table.listDnsConnections(ctx.db, null);
  return Promise.all(
    connections.map(async (connection) => ({
      what: `DNS connection "${connection.name}" (${connection.id})`,
      ...(await examine(ctx, connection, hasKeysZone).catch(tellError)),
    })),
  );
}

type Verdict = Pick<HealthFinding, 'state' | 'detail'>;

/** Such as credentials that were sealed with another secret key. */
function tellError(error: unknown): Verdict {
  if (!(error instanceof AppError)) throw error;
  return { state: 'error', detail: error.message };
}

async function examine(ctx: Context, connection: table.StoredDnsConnection, hasKeysZone: boolean): Promise<Verdict> {
  const { problem, zones } = await testDnsConnection(ctx, connection);
  if (problem) {
    const { message, detail } = problem;
    return { state: 'error', detail: detail === null ? message : `${message} (${detail})` };
  }
  const lacks = await findLacks(ctx, connection, zones.slice(0, TRIED_ZONES));
  if (lacks.length > 0) return { state: 'error', detail: lacks.join(' ') };
  if (connection.openTo.length === 0 && !hasKeysZone)
    return {
      state: 'warning',
      detail:
        'works, but nothing uses it: no project may publish through it, and there is no keys zone. Add it again with --for, or set AUTOSEND_KEYS_ZONE.',
    };
  return { state: 'ok', detail: describeZones(zones) };
}

/** Asks of each zone whether it is still there and may be written. What doesn't answer at all is asked once. */
async function findLacks(
  ctx: Context,
  connection: table.StoredDnsConnection,
  zones: readonly string[],
): Promise<string[]> {
  const provider = openProvider(ctx, connection);
  const signal = startTime(ctx);
  const lacks: string[] = [];
  for (const name of zones) {
    const note = (problem: DnsProviderProblem, operation: ProviderOperation) =>
      lacks.push(`${name}: ${formatProviderProblem(connection.provider, problem, operation)}`);
    const found = await provider.findZone(name, signal);
    if (found.outcome !== 'done') {
      note(found, 'findZone');
      break;
    }
    if (found.value === null) {
      note({ outcome: 'no_such_zone', detail: '' }, 'findZone');
      continue;
    }
    const written = await provider.write(found.value, [], signal);
    if (written.outcome !== 'done') note(written, 'write');
  }
  return lacks;
}

function describeZones(zones: readonly string[]): string {
  if (zones.length === 0) return "works. The provider can't list its zones; each is found when it is needed";
  const named = zones.slice(0, TRIED_ZONES).join(', ');
  return zones.length > TRIED_ZONES
    ? `reaches ${zones.length} zones, and can write to those that were tried: ${named}`
    : `can write to ${named}`;
}
