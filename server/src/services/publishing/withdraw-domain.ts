import type { DomainId } from '../../core/ids.ts';
import type { DnsProvider, ProviderZone } from '../../core/publishing/dns-provider.ts';
import type { Publication } from '../../core/publishing/publication.ts';
import type { TurnResult } from '../../core/publishing/turn.ts';
import { isDkimName } from '../../core/publishing/withdraw-choice.ts';
import { planWithdrawal } from '../../core/publishing/withdrawal.ts';
import type { StoredDnsConnection } from '../../db/queries/dns-connections.ts';
import { listPublications, type StoredPublication } from '../../db/queries/dns-publications.ts';
import type { StoredIntent } from '../../db/queries/publishing/intents.ts';
import type { Context } from '../context.ts';
import { findConnection, findUsableConnection } from './find-connection.ts';
import { openProvider } from './open-provider.ts';
import { settleByReading } from './publications.ts';
import { failWith, type PublishResult, toProblem, UNDER_WAY } from './publish-domain.ts';
import { listWantedByOthers } from './wanted-by-others.ts';
import { writeZone } from './write-zone.ts';

/** What was written for a domain that is gone, and stays because another one of its project wants it. */
export interface Inherited {
  readonly publication: Publication;
  readonly heirId: DomainId;
}

/** What came of a withdrawal. */
export interface WithdrawResult extends PublishResult {
  readonly inherited: readonly Inherited[];
}

/** A provider may take so long to read a zone. */
const READ_MS = 20_000;

type Place = Pick<StoredPublication, 'zone' | 'connectionId'>;

/**
 * Withdraws what was written for a domain that is gone, zone by zone: of that only what is ours and unchanged, and nothing that
 * another domain of the same name wants. One of the same project inherits it: when that is gone, too, it is withdrawn.
 */
export async function withdrawDomain(ctx: Context, intent: StoredIntent): Promise<WithdrawResult | typeof UNDER_WAY> {
  const rows = await listPublications(ctx.db, intent.domainId);
  const places = new Map(rows.map(({ zone, connectionId }) => [`${zone} ${connectionId}`, { zone, connectionId }]));
  const forgotten: Publication[] = [];
  const inherited: Inherited[] = [];
  let failure: Pick<TurnResult, 'problem' | 'retryAfterSeconds'> = { problem: null };
  for (const place of places.values()) {
    const outcome = await withdrawFromZone(ctx, intent, place);
    if (outcome === UNDER_WAY) return UNDER_WAY;
    if ('problem' in outcome) failure = outcome;
    else {
      forgotten.push(...outcome.done);
      inherited.push(...outcome.inherited);
    }
  }
  return { zone: rows[0]?.zone ?? null, ...failure, isWritten: false, forgotten, inherited };
}

type Withdrawal =
  | { readonly done: readonly Publication[]; readonly inherited: readonly Inherited[] }
  | Pick<TurnResult, 'problem' | 'retryAfterSeconds'>;

async function withdrawFromZone(
  ctx: Context,
  intent: StoredIntent,
  place: Place,
): Promise<Withdrawal | typeof UNDER_WAY> {
  const signal = AbortSignal.any([ctx.stopping, AbortSignal.timeout(READ_MS)]);
  const opened = await openZone(ctx, intent, place, signal);
  if (!('provider' in opened)) return opened;
  const { provider, zone, connection } = opened;
  const isThere = (row: StoredPublication) => row.zone === place.zone && row.connectionId === place.connectionId;
  const rows = (await listPublications(ctx.db, intent.domainId)).filter(isThere);
  const read = await provider.read(zone, [...new Set(rows.map(({ name }) => name))], signal);
  if (read.outcome !== 'done') return failWith(connection, zone.name, read, 'read');
  const { written, isUnderWay } = await settleByReading(ctx, intent, zone.name, read.value);
  if (isUnderWay) return UNDER_WAY;
  const now = ctx.realClock.now();
  const isDue = ({ name }: Publication) =>
    intent.keysUntil === null || intent.keysUntil <= now || !isDkimName(name, intent.domainName);
  const isOfPlace = ({ name, type }: Publication) => rows.some((row) => row.name === name && row.type === type);
  const due = written.filter((each) => isDue(each) && isOfPlace(each));
  const findWanting = await listWantedByOthers(ctx, intent);
  const inherited = due.flatMap((publication): Inherited[] => {
    const heir = findWanting(publication);
    return heir?.projectId === intent.projectId ? [{ publication, heirId: heir.id }] : [];
  });
  const target = {
    provider,
    zone,
    domainId: intent.domainId,
    projectId: intent.projectId,
    connectionId: connection.id,
    isGone: true,
  };
  const outcome = await writeZone(
    ctx,
    target,
    planWithdrawal(
      due.filter((each) => !findWanting(each)),
      read.value,
    ),
  );
  if (outcome.outcome === 'under_way') return UNDER_WAY;
  if (outcome.outcome === 'failed') return failWith(connection, zone.name, outcome.problem, 'write');
  const isInherited = new Set(inherited.map(({ publication }) => publication));
  return { done: due.filter((each) => !isInherited.has(each)), inherited };
}

interface OpenedZone {
  readonly provider: DnsProvider;
  readonly zone: ProviderZone;
  readonly connection: StoredDnsConnection;
}

/** Opens a zone through the connection that it was written through; where that is gone, through another one that reaches it. */
async function openZone(
  ctx: Context,
  { projectId }: StoredIntent,
  place: Place,
  signal: AbortSignal,
): Promise<OpenedZone | Pick<TurnResult, 'problem' | 'retryAfterSeconds'>> {
  const connection = await findUsableConnection(ctx, projectId, place.connectionId);
  if (connection) {
    const provider = openProvider(ctx, connection);
    const zone = await provider.findZone(place.zone, signal);
    if (zone.outcome !== 'done') return failWith(connection, place.zone, zone, 'findZone');
    if (zone.value) return { provider, zone: zone.value, connection };
  }
  const search = await findConnection(ctx, projectId, place.zone, signal);
  if (search.outcome === 'found') return search;
  const [failed] = search.failed;
  if (failed) return failWith(failed.connection, place.zone, failed.problem, 'findZone');
  return { problem: toProblem('no_connection', place.zone) };
}
