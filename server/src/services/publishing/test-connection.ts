import type { DnsProvider, DnsProviderProblem, ProviderZone } from '../../core/publishing/dns-provider.ts';
import { formatTxt } from '../../core/publishing/rdata.ts';
import type { RrSet } from '../../core/publishing/rr-set.ts';
import { describeProviderProblem, type ProviderOperation, type ProviderWords } from '../../core/publishing/words.ts';
import { parseZoneName } from '../../core/publishing/zone-name.ts';
import * as table from '../../db/queries/dns-connections.ts';
import type { Context } from '../context.ts';
import { type OpeningContext, openProvider } from './open-provider.ts';

/** So many zones are remembered and shown. */
export const MAX_ZONES = 200;
/** So long a test may take: less than an idempotency key is held. */
const TEST_MS = 25_000;
const TRIAL_TTL_SECONDS = 3_600;

/** What a connection was seen to reach. */
export type Reached = Pick<table.StoredDnsConnection, 'zones' | 'hasAllZones'>;

/** What came of a test. */
export interface ConnectionTest extends Reached {
  readonly provider: table.StoredDnsConnection['provider'];
  readonly problem: (ProviderWords & { readonly code: DnsProviderProblem['outcome'] }) | null;
  /** The zone that a record was written to and removed from; null where none was. */
  readonly writtenTo: string | null;
}

/** Two of a project at once, with the time of each running while it waits. A provider that hangs holds up nobody else. */
export const CONNECTION_TEST_TURNS = { ofOwner: 2, total: 64, waiting: 2 } as const;

/** The time of a test, which also ends with the process. */
export function startTime({ stopping }: Pick<Context, 'stopping'>): AbortSignal {
  return AbortSignal.any([stopping, AbortSignal.timeout(TEST_MS)]);
}

/** Tests a connection when it is its turn; the operator's own wait for nobody. */
export function takeTestTurn<T>(
  { connectionTests }: Pick<Context, 'connectionTests'>,
  owner: table.ConnectionOwner,
  work: () => Promise<T>,
): Promise<T> {
  return owner === null ? work() : connectionTests.take(owner, work);
}

/** A problem, and at which step it came up. */
export interface Failure {
  readonly outcome: 'failed';
  readonly operation: ProviderOperation;
  readonly problem: DnsProviderProblem;
}

/** So many zones are asked about at most until one may be written. */
const ASKED_ZONES = 5;

/**
 * Lists the zones that a provider lets us reach, as many as are kept. Credentials that reach none are of no use, nor are those
 * that may write none, where the provider can say so without a change.
 */
export async function listReached(
  provider: DnsProvider,
  signal: AbortSignal,
): Promise<{ readonly outcome: 'done'; readonly value: Reached } | Failure> {
  const fail = (problem: DnsProviderProblem, operation: ProviderOperation): Failure => {
    return { outcome: 'failed', operation, problem };
  };
  const answer = await provider.listZones(MAX_ZONES + 1, signal);
  if (answer.outcome !== 'done') return fail(answer, 'listZones');
  const names = [...new Set(answer.value?.map(({ name }) => name))].sort();
  if (answer.value && names.length === 0) return fail({ outcome: 'no_such_zone', detail: '' }, 'listZones');
  const refused = await findRefusal(provider, answer.value ?? [], signal);
  if (refused) return fail(refused, 'write');
  const hasAllZones = answer.value !== null && names.length <= MAX_ZONES;
  return { outcome: 'done', value: { zones: names.slice(0, MAX_ZONES), hasAllZones } };
}

/** Asks whether zones may be written, until one may. Null where one may, or none was asked about. */
async function findRefusal(
  provider: DnsProvider,
  zones: readonly ProviderZone[],
  signal: AbortSignal,
): Promise<DnsProviderProblem | null> {
  let refusal: DnsProviderProblem | null = null;
  for (const zone of zones.slice(0, ASKED_ZONES)) {
    const answer = await provider.write(zone, [], signal);
    if (answer.outcome === 'done') return null;
    if (answer.outcome !== 'forbidden') return answer;
    refusal = answer;
  }
  return refusal;
}

/**
 * Tries a connection: whether the provider takes the credentials, and which zones they reach. With a zone, a TXT record is also
 * written there and removed again, since only that shows whether they may change records. What comes of it is noted in the row.
 * @param zone as somebody gave it
 * @throws AppError VALIDATION_FAILED for the zone; RATE_LIMIT_EXCEEDED where the project has others under way
 */
export async function testDnsConnection(
  ctx: OpeningContext & Pick<Context, 'stopping' | 'connectionTests'>,
  connection: table.StoredDnsConnection,
  zone?: string | undefined,
): Promise<ConnectionTest> {
  const zoneName = zone === undefined ? null : parseZoneName(zone);
  const signal = startTime(ctx);
  return takeTestTurn(ctx, connection.projectId, () => tryConnection(ctx, connection, zoneName, signal));
}

async function tryConnection(
  ctx: OpeningContext,
  connection: table.StoredDnsConnection,
  zoneName: string | null,
  signal: AbortSignal,
): Promise<ConnectionTest> {
  const provider = openProvider(ctx, connection);
  const known = { zones: connection.zones, hasAllZones: connection.hasAllZones };
  const conclude = (
    reached: Reached,
    failure: Pick<Failure, 'problem' | 'operation'> | null = null,
    writtenTo: string | null = null,
  ): ConnectionTest => ({
    ...reached,
    provider: connection.provider,
    problem: failure && {
      code: failure.problem.outcome,
      ...describeProviderProblem(connection.provider, failure.problem, failure.operation),
    },
    writtenTo,
  });

  const listed = await listReached(provider, signal);
  if (listed.outcome !== 'done') return conclude(known, listed);
  // Who can't list zones keeps those that were found one by one.
  const reached = listed.value.hasAllZones || listed.value.zones.length > 0 ? listed.value : known;
  await table.replaceZones(ctx.db, connection.id, reached);
  if (zoneName === null) return conclude(reached);

  const found = await provider.findZone(zoneName, signal);
  if (found.outcome !== 'done') return conclude(reached, { problem: found, operation: 'findZone' });
  if (!found.value) {
    const problem: DnsProviderProblem = { outcome: 'no_such_zone', detail: zoneName };
    return conclude(reached, { problem, operation: 'findZone' });
  }
  await table.addZone(ctx.db, connection.id, zoneName, MAX_ZONES);
  const zones = [...new Set([...reached.zones, zoneName])].sort();
  const failure = await tryToWrite(ctx, provider, found.value, signal);
  return conclude(
    { ...reached, zones },
    failure && { problem: failure, operation: 'write' },
    failure ? null : zoneName,
  );
}

/** Writes a record at a name that nobody uses, and removes it. Null where both succeeded. */
async function tryToWrite(
  ctx: Pick<Context, 'randomBytes'>,
  provider: DnsProvider,
  zone: ProviderZone,
  signal: AbortSignal,
): Promise<DnsProviderProblem | null> {
  const trial: RrSet = {
    name: `_autosend-test-${ctx.randomBytes(8).toString('hex')}.${zone.name}`,
    type: 'TXT',
    ttlSeconds: Math.max(TRIAL_TTL_SECONDS, provider.limits.minTtlSeconds),
    rdata: [formatTxt('A test of a DNS connection. It can be deleted.')],
  };
  const written = await provider.write(zone, [{ before: null, after: trial }], signal);
  if (written.outcome !== 'done' && !written.mayBeWritten) return written;
  const removed = await provider.write(zone, [{ before: trial, after: null }], signal);
  if (written.outcome !== 'done') return written;
  if (removed.outcome === 'done') return null;
  return { ...removed, detail: `${trial.name} was written but couldn't be removed. ${removed.detail}` };
}
