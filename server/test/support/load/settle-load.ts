import type pg from 'pg';
import { waitUntil } from '../service-process.ts';
import type { DomainLoad } from './domain-load.ts';
import { isFullRun } from './full-run.ts';

/** Longer than what a process that died may leave behind is kept for: 15 s of a claim here, 30 s of a request. */
const PATIENCE_MS = 60_000;

/** The times of the service under a load with faults: quick checks, the shortest claims, and no verdict that survives one miss. */
export const QUICK_SCHEDULE = {
  afterVerifySeconds: [1, 1, 2],
  steadySeconds: 2,
  verifiedSeconds: 5,
  missedSeconds: 2,
  failedSeconds: 1,
  missesToFall: 1,
  missSpreadSeconds: 0,
  leaseSeconds: 15,
};

/**
 * Stops the load and waits until all that it began has come to its end: every lost answer is had by repeating the request, every
 * domain is verified. Then compares what clients were told with what they see, and with what the database holds.
 */
export async function settleLoad(load: DomainLoad, database: pg.Pool): Promise<void> {
  await load.pause();
  // What the dead held ends by itself, which a full run waits for; a short one lets the time pass in the database.
  if (!isFullRun()) {
    await database.query('UPDATE idempotency_keys SET locked_until = now() WHERE locked_until IS NOT NULL');
    await database.query('UPDATE domains SET lease_until = now() WHERE lease_until IS NOT NULL');
  }
  await waitUntil(
    async () => (await load.repeatUnanswered()) === 0,
    () => 'A request that had no answer can not be repeated.',
    PATIENCE_MS,
  );
  await load.verifyAll();
  let left: string[] = [];
  await waitUntil(
    async () => {
      const domains = await load.list();
      left = domains
        .filter(({ verificationStatus }) => verificationStatus !== 'VERIFIED')
        .map((each) => each.domainName);
      return left.length === 0;
    },
    () => `Not verified: ${left.join(', ')}.`,
    PATIENCE_MS,
  );
  await load.compare();
}

/** Compares what the database holds, when nobody works on it any more, with what clients were told. */
export async function compareRows({ ledger }: DomainLoad, database: pg.Pool): Promise<void> {
  const { live, created, wrong } = ledger;
  const ids = [...live.values()].map(({ id }) => id);
  const find = async (what: string, sql: string, values: unknown[] = []) => {
    const { rows } = await database.query<{ name: string }>(sql, values);
    for (const { name } of rows) wrong.push(`${what}: ${name}`);
  };
  await find('a domain nobody made', 'SELECT name FROM domains WHERE id <> ALL ($1)', [ids]);
  await find(
    'a domain that is gone',
    'SELECT u AS name FROM unnest($1::text[]) u WHERE u NOT IN (SELECT id FROM domains)',
    [ids],
  );
  await find('still claimed', 'SELECT name FROM domains WHERE lease_owner IS NOT NULL OR lease_until IS NOT NULL');
  await find('never checked again', 'SELECT name FROM domains WHERE next_check_at IS NULL');
  await find('a request in progress', 'SELECT key AS name FROM idempotency_keys WHERE status IS NULL');
  await find(
    'not one key',
    'SELECT name FROM domains d WHERE (SELECT count(*) FROM dkim_keys k WHERE k.domain_id = d.id) <> 1',
  );
  // Of a domain that was deleted the history is left, so that one which was made twice under one key shows here.
  await find(
    'made twice, or by nobody',
    `SELECT domain_id AS name FROM events WHERE type = 'domain.created'
     GROUP BY domain_id HAVING count(*) <> 1 OR domain_id <> ALL ($1)`,
    [[...created]],
  );
  await find(
    'a change that is told twice',
    `SELECT domain_id || ' ' || type AS name FROM events WHERE type IN ('domain.verified', 'domain.deleted')
     GROUP BY domain_id, type HAVING count(*) > 1`,
  );
  await find(
    'made, and not in the history',
    `SELECT u AS name FROM unnest($1::text[]) u WHERE u NOT IN (SELECT domain_id FROM events WHERE type = 'domain.created')`,
    [[...created]],
  );
}
