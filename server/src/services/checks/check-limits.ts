import {
  type CheckDecision,
  type CountedCheck,
  type Level,
  settleCheck,
  takeCheck,
} from '../../core/access/check-allowances.ts';
import { createBoundedMap } from '../../core/bounded-map.ts';
import type { ProjectId } from '../../core/ids.ts';
import { findRegistrableDomain } from '../../core/names/public-suffix.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import * as table from '../../db/queries/domains.ts';
import { lockLevels, storeLevels } from '../../db/queries/rate-levels.ts';
import type { Context } from '../context.ts';
import { nameLevel } from '../node/allowances.ts';
import { gatherLookups } from '../node/gathered.ts';
import { ALLOWED } from '../node/no-check-limits.ts';
import type { CheckLimits } from '../ports.ts';

/** For so long it is not asked again whether a project has proved a name. */
const KNOWN_FOR_MS = 10_000;
const MAX_NAMES = 10_000;

type CheckedDomain = Pick<StoredDomain, 'projectId' | 'name' | 'status'>;

/** Something to count: a check that wants to be made, or what one has asked in the end. */
type Ticket = { readonly number: number } & (
  | { readonly check: CountedCheck }
  | { readonly registrable: string; readonly questions: number }
);

/**
 * Creates the limits of checks. They hold over all nodes, exactly: they are counted in the database, where a check costs more
 * than its counting, and what is to be counted at the same time shares a transaction.
 *
 *     asked for    domain of the project → project → registrable domain
 *     watched                              project → registrable domain
 *     due                                            registrable domain
 *
 * The last one holds for names of which the project itself has proved neither the name nor one above it. Whoever has proved
 * one does not count there, so that strangers can neither hold up the owner nor hide behind them; what is due of it is not counted at all.
 */
export function createCheckLimits(ctx: Pick<Context, 'db' | 'clock' | 'background'>): CheckLimits {
  const proved = createBoundedMap<string, { readonly isProved: boolean; readonly untilMs: number }>(MAX_NAMES);
  const count = gatherLookups<Ticket, CheckDecision>(
    ({ number }) => String(number),
    (tickets) => countTickets(ctx, tickets),
  );
  let number = 0;

  const isProved = async (projectId: ProjectId, registrable: string, name: string): Promise<boolean> => {
    const nowMs = ctx.clock.now().getTime();
    const key = `${projectId} ${name}`;
    const known = proved.use(key);
    if (known && nowMs < known.untilMs) return known.isProved;
    const found = await table.hasProvedName(ctx.db, projectId, listNamesUpTo(registrable, name));
    proved.set(key, { isProved: found, untilMs: nowMs + KNOWN_FOR_MS });
    return found;
  };

  /** The registrable domain whose questions count; null where the project has proved the name, or one above it. */
  const findLimited = async ({ projectId, name, status }: CheckedDomain): Promise<string | null> => {
    if (status === 'VERIFIED' || status === 'TEMPORARY_FAILURE') return null;
    const registrable = findRegistrableDomain(name) ?? name;
    return (await isProved(projectId, registrable, name)) ? null : registrable;
  };

  const take = async (check: CountedCheck): Promise<CheckDecision> => {
    number += 1;
    return (await count({ number, check })) ?? { waitSeconds: null, isScarce: false };
  };

  return {
    async admit(domain, reason) {
      const { id, projectId } = domain;
      const limited = await findLimited(domain);
      if (limited === null && reason === 'due') return ALLOWED;
      const registrable = limited === null ? null : nameLevel(`questions about ${limited}`);
      const { waitSeconds, isScarce } = await take({
        checks: [
          ...(reason === 'asked' ? [{ kind: 'domain', id: nameLevel(`checks of domain ${id}`) } as const] : []),
          ...(reason === 'due' ? [] : [{ kind: 'project', id: nameLevel(`checks of project ${projectId}`) } as const]),
        ],
        unproved: registrable === null ? null : { registrable, own: nameLevel(`checks of ${limited} by ${projectId}`) },
      });
      return {
        retryAfterSeconds: waitSeconds,
        sharesAnswers: true,
        isScarce,
        settle(questions) {
          if (registrable === null || waitSeconds !== null) return;
          number += 1;
          ctx.background.run(count({ number, registrable, questions }));
        },
      };
    },
    async admitLink(linkId) {
      const check = { checks: [{ kind: 'link', id: nameLevel(`checks by link ${linkId}`) } as const], unproved: null };
      return (await take(check)).waitSeconds;
    },
  };
}

/** Counts in one transaction, in the order in which they came; other nodes that count the same wait for its end. */
function countTickets(
  ctx: Pick<Context, 'db' | 'clock'>,
  tickets: readonly Ticket[],
): Promise<Map<string, CheckDecision>> {
  const ids = [...new Set(tickets.flatMap(listLevels))];
  return ctx.db.transaction(async (tx) => {
    const now = ctx.clock.now();
    const found = await lockLevels(tx, ids, now);
    const levels = new Map<string, Level>(found);
    const decisions = new Map<string, CheckDecision>();
    for (const ticket of tickets) {
      if ('check' in ticket) decisions.set(String(ticket.number), takeCheck(levels, ticket.check, now.getTime()));
      else settleCheck(levels, ticket.registrable, ticket.questions, now.getTime());
    }
    const changed = [...levels].flatMap(([id, level]) => (found.get(id) === level ? [] : [{ id, used: level.used }]));
    if (changed.length > 0) await storeLevels(tx, changed, now);
    return decisions;
  });
}

function listLevels(ticket: Ticket): string[] {
  if (!('check' in ticket)) return [ticket.registrable];
  const { checks, unproved } = ticket.check;
  return [...checks.map(({ id }) => id), ...(unproved ? [unproved.registrable, unproved.own] : [])];
}

/** The name and those above it, as far up as somebody can own one. */
function listNamesUpTo(registrable: string, name: string): string[] {
  const names = [name];
  for (let at = name; at !== registrable && at.includes('.'); ) {
    at = at.slice(at.indexOf('.') + 1);
    names.push(at);
  }
  return names;
}
