import pg from 'pg';
import type { TestApp } from '../app.ts';
import { waitUntil } from '../service-process.ts';

/** Who held which domain and when, as the database itself saw it. */
export interface LoggedClaim {
  readonly domain: string;
  /** The `application_name` of the connection that made the claim. */
  readonly node: string;
  readonly owner: string;
  /** Milliseconds since 1970, like all times here. */
  readonly from: number;
  readonly until: number;
  /** When it was given back or replaced; null while it stands. */
  readonly endedAt: number | null;
  /** Whether another claim was put in its place, and not given back by its owner. */
  readonly wasReplaced: boolean;
}

interface Row extends Record<string, unknown> {
  readonly domain: string;
  readonly node: string;
  readonly owner: string | null;
  readonly at: number;
  readonly until: number | null;
}

/**
 * Makes the database write down every change of a claim. Changes of one row are in order: they are made under its lock.
 * A node's changes wait while another session holds the advisory lock that `holdClaims` takes.
 */
export async function startClaimLog(service: Pick<TestApp, 'query'>): Promise<void> {
  await service.query(`
    CREATE TABLE claim_log (place bigserial, domain text, node text, owner text, at timestamptz, until timestamptz);
    CREATE FUNCTION log_claim() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_advisory_xact_lock_shared(hashtext(current_setting('application_name')));
      INSERT INTO claim_log (domain, node, owner, at, until)
      VALUES (NEW.name, current_setting('application_name'), NEW.lease_owner, clock_timestamp(), NEW.lease_until);
      RETURN NULL;
    END $$;
    CREATE TRIGGER log_claim AFTER UPDATE ON domains FOR EACH ROW
    WHEN ((OLD.lease_owner, OLD.lease_until) IS DISTINCT FROM (NEW.lease_owner, NEW.lease_until))
    EXECUTE FUNCTION log_claim();`);
}

/** Lets a node's claims wait in the database, written and not yet committed, until `release` is called. */
export async function holdClaims(
  service: TestApp,
  node: string,
): Promise<{ isClaimWaiting(): Promise<boolean>; release(): Promise<void> }> {
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  await client.query('SELECT pg_advisory_lock(hashtext($1))', [node]);
  const countWaiting = async (query: string): Promise<number> => {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = $1 AND wait_event = 'advisory' AND query LIKE $2`,
      [node, query],
    );
    return rows[0]?.count ?? 0;
  };
  return {
    isClaimWaiting: async () => (await countWaiting('with "due"%')) > 0,
    async release() {
      await client.query('SELECT pg_advisory_unlock(hashtext($1))', [node]);
      await waitUntil(async () => (await countWaiting('%')) === 0);
      await client.end();
    },
  };
}

/** Reads all claims, by domain, oldest first. */
export async function readClaims(service: Pick<TestApp, 'query'>): Promise<Map<string, LoggedClaim[]>> {
  const rows = await service.query<Row>(`
    SELECT domain, node, owner, extract(epoch FROM at)::float8 * 1000 AS at,
      extract(epoch FROM until)::float8 * 1000 AS until
    FROM claim_log ORDER BY place`);
  const claims = new Map<string, LoggedClaim[]>();
  for (const { domain, node, owner, at, until } of rows) {
    const list = claims.get(domain) ?? [];
    claims.set(domain, list);
    const last = list.at(-1);
    if (last?.endedAt === null) list[list.length - 1] = { ...last, endedAt: at, wasReplaced: owner !== null };
    if (owner !== null && until !== null)
      list.push({ domain, node, owner, from: at, until, endedAt: null, wasReplaced: false });
  }
  return claims;
}
