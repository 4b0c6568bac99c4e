import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { runCheck } from '../../../src/services/checks/verification.ts';
import type { Context } from '../../../src/services/context.ts';
import { claimDueDomains } from '../../../src/services/node/claims.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { listRecords, publishDomain } from '../../support/dns/publish.ts';
import { waitUntil } from '../../support/service-process.ts';

const SIX_HOURS_MS = 6 * 3_600_000;

let dns: DnsServer;
let service: TestApp;
before(async () => {
  dns = await startDnsServer();
  service = await createTestApp(import.meta.url, { dns });
});
after(async () => {
  await service.close();
  await dns.close();
});

/** Lets six hours pass, and checks what is due. */
async function checkLater(ctx: Context = service.ctx): Promise<void> {
  service.clock.advance(SIX_HOURS_MS);
  await checkDue(ctx);
}

async function checkDue(ctx: Context = service.ctx): Promise<void> {
  for (const claimed of await claimDueDomains(ctx, 'test', 10)) await runCheck(ctx, claimed);
}

/** Adds a domain whose records are right, and has it checked until the next check has nothing to judge. */
async function addSettled(name: string) {
  const domain = await service.addDomain(name);
  publishDomain(dns, domain);
  await checkLater();
  const row = await readRow(domain.id);
  assert.equal(row?.status, 'VERIFIED');
  assert.ok(row.fingerprint, 'the check leaves a fingerprint');
  return domain;
}

interface Row {
  readonly status: string;
  readonly fingerprint: string | null;
  readonly attempts: number;
  readonly lease_owner: string | null;
  readonly next_check_at: Date;
  readonly last_checked_at: Date;
  /** When the evidence was written. */
  readonly written_at: Date | null;
  readonly misses: number;
}
const readRow = async (id: string): Promise<Row | undefined> =>
  (
    await service.query<Row>(
      `SELECT status, fingerprint, attempts, lease_owner, next_check_at, last_checked_at, checked_at AS written_at,
         (state->'flags'->'dkim'->>'misses')::int AS misses
       FROM domains LEFT JOIN checks ON domain_id = id WHERE id = $1`,
      [id],
    )
  )[0];

const countEvents = async (id: string) => (await service.query('SELECT FROM events WHERE domain_id = $1', [id])).length;

test('a check that sees what the one before saw asks all of it, and writes the times and nothing else', async () => {
  const domain = await addSettled('same.example.com');
  const before = await readRow(domain.id);
  const events = await countEvents(domain.id);
  dns.questions.length = 0;
  await checkLater();
  const now = service.clock.now();
  const row = await readRow(domain.id);
  assert.deepEqual(row?.written_at, before?.written_at, 'the evidence is that of before');
  assert.deepEqual(row?.last_checked_at, now);
  assert.deepEqual(row?.next_check_at, new Date(now.getTime() + SIX_HOURS_MS));
  assert.equal(row?.attempts, (before?.attempts ?? 0) + 1);
  assert.equal(row?.lease_owner, null);
  assert.match(row?.fingerprint ?? '', /^[\w-]{43} same\.example\.com$/, 'and the zone in which the next check begins');
  assert.equal(await countEvents(domain.id), events);
  for (const { name } of listRecords(domain))
    assert.ok(
      dns.questions.some((question) => question.name === name),
      `${name} is asked for`,
    );
  const { json } = await service.send({ url: `/v1/domains/${domain.id}/diagnostics` });
  assert.equal(json.data.checkedAt, now.toISOString());
  assert.ok(json.data.records.every((record: { status: string }) => record.status === 'verified'));
});

test('what has changed since is judged at the next check: a record that is gone, and one that is right in another way', async () => {
  const domain = await addSettled('changed.example.com');
  await checkLater();
  const records = listRecords(domain);
  publishDomain(
    dns,
    domain,
    records.filter(({ name }) => name !== domain.dnsRecords.dkim.name),
  );
  await checkLater();
  const missed = await readRow(domain.id);
  assert.equal(missed?.misses, 1);
  assert.equal(missed?.fingerprint, null);
  const other = { name: domain.dnsRecords.ownership.name, type: 'TXT' as const, value: 'of somebody else' };
  publishDomain(dns, domain, [...records, other]);
  await checkLater();
  const back = await readRow(domain.id);
  assert.equal(back?.misses, 0);
  publishDomain(dns, domain);
  await checkLater();
  assert.deepEqual((await readRow(domain.id))?.written_at, service.clock.now());
});

test('where the row changes while an unchanged check is under way, the claim is given back, and the next one judges', async () => {
  const domain = await addSettled('overtaken.example.com');
  const before = await readRow(domain.id);
  const { lookupAll } = service.ctx.dns;
  let asked = 0;
  const ctx: Context = {
    ...service.ctx,
    dns: {
      ...service.ctx.dns,
      async lookupAll(questions, options) {
        if (options.startAt === domain.domainName) asked += 1;
        if (asked === 1) await service.query('UPDATE domains SET attempts = attempts WHERE id = $1', [domain.id]);
        return lookupAll(questions, options);
      },
    },
  };
  await checkLater(ctx);
  const left = await readRow(domain.id);
  assert.equal(asked, 1, 'nothing is asked twice under one claim');
  assert.deepEqual(
    [left?.written_at, left?.last_checked_at, left?.next_check_at, left?.lease_owner, left?.fingerprint],
    [before?.written_at, before?.last_checked_at, before?.next_check_at, null, null],
  );
  await checkDue(ctx);
  const now = service.clock.now();
  const row = await readRow(domain.id);
  assert.deepEqual([row?.written_at, row?.last_checked_at, row?.lease_owner], [now, now, null]);
  assert.ok(row?.fingerprint);
});

test('a verify while an unchanged check waits to be stored is followed by one check, and no other', async () => {
  const domain = await addSettled('verified-meanwhile.example.com');
  const { checks } = service.ctx;
  const verifying: Promise<unknown>[] = [];
  const storeUnchanged: typeof checks.storeUnchanged = async (seen, outcome) => {
    if (seen.id === domain.id) {
      verifying.push(service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify` }));
      await waitUntil(
        async () => (await readRow(domain.id))?.attempts === 0,
        () => 'verify was not noted',
      );
    }
    return checks.storeUnchanged(seen, outcome);
  };
  await checkLater({ ...service.ctx, checks: { ...checks, storeUnchanged } });
  await checkDue();
  const now = service.clock.now();
  service.clock.advance(1_000);
  await Promise.all(verifying);
  assert.equal(verifying.length, 1);
  const row = await readRow(domain.id);
  assert.deepEqual(
    [row?.status, row?.written_at, row?.last_checked_at, row?.lease_owner],
    ['VERIFIED', now, now, null],
  );
  assert.deepEqual(await claimDueDomains(service.ctx, 'test', 10), [], 'nothing is due any longer');
});

test('a stop while such a check is made stores nothing of what it could not ask, and gives the claim back', async () => {
  const domain = await addSettled('stopped.example.com');
  const before = await readRow(domain.id);
  const { lookupAll } = service.ctx.dns;
  const stopping = new AbortController();
  let asked = 0;
  await checkLater({
    ...service.ctx,
    stopping: stopping.signal,
    dns: {
      ...service.ctx.dns,
      async lookupAll(...given) {
        asked += 1;
        stopping.abort();
        return lookupAll(...given);
      },
    },
  });
  assert.ok(asked > 0);
  const after = await readRow(domain.id);
  assert.deepEqual(
    [after?.written_at, after?.last_checked_at, after?.lease_owner],
    [before?.written_at, before?.last_checked_at, null],
  );
});

test('a check that was stored without an acknowledgment asks nothing more: its claim is gone', async () => {
  const domain = await addSettled('stored.example.com');
  const { checks } = service.ctx;
  const storeUnchanged: typeof checks.storeUnchanged = async (...given) => {
    assert.ok(await checks.storeUnchanged(...given));
    dns.questions.length = 0;
    return false;
  };
  await checkLater({ ...service.ctx, checks: { ...checks, storeUnchanged } });
  assert.deepEqual(dns.questions, []);
  const row = await readRow(domain.id);
  assert.deepEqual([row?.lease_owner, row?.last_checked_at], [null, service.clock.now()]);
});

test('where the evidence is gone, or a version that knows no fingerprints has checked, all is judged and written anew', async () => {
  const domain = await addSettled('evidence.example.com');
  await service.query('DELETE FROM checks WHERE domain_id = $1', [domain.id]);
  await checkLater();
  await checkDue();
  assert.deepEqual((await readRow(domain.id))?.written_at, service.clock.now());
  await service.query(`UPDATE domains SET last_checked_at = last_checked_at + interval '1 minute' WHERE id = $1`, [
    domain.id,
  ]);
  await checkLater();
  assert.deepEqual((await readRow(domain.id))?.written_at, service.clock.now());
});

test('other rules judge anew, and once a week all is', async () => {
  const domain = await addSettled('rules.example.com');
  await checkLater({ ...service.ctx, rulesVersion: async () => 'others' });
  assert.deepEqual((await readRow(domain.id))?.written_at, service.clock.now());
  await checkLater();
  assert.deepEqual((await readRow(domain.id))?.written_at, service.clock.now(), 'of this process, again');
  await service.query('UPDATE domains SET attempts = 56 WHERE id = $1', [domain.id]);
  await checkLater();
  assert.deepEqual((await readRow(domain.id))?.written_at, service.clock.now());
});
