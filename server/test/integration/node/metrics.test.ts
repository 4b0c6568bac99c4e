import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { FIRST_CHECK_MS } from '../../../src/core/lifecycle/schedule.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { type DatabaseProxy, startDatabaseProxy } from '../../support/db/database-proxy.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { publishDomain } from '../../support/dns/publish.ts';

const OPS = new URL('../../../../ops/', import.meta.url);

let dns: DnsServer;
let proxy: DatabaseProxy;
let service: TestApp;
before(async () => {
  dns = await startDnsServer();
  proxy = await startDatabaseProxy();
  service = await createTestApp(import.meta.url, { dns, routeDatabase: proxy.route });
});
after(async () => {
  await service.close();
  await proxy.close();
  await dns.close();
});

const read = async () => (await service.send({ url: '/metrics', key: null })).text;

/** The value of a series; undefined where it is not there. */
function readSeries(text: string, series: string): number | undefined {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

test('checks are counted by what they led to, and answers of name servers by their outcome', async () => {
  const domain = await service.addDomain('measured.example.com');
  publishDomain(dns, domain);
  await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify` });
  const text = await read();
  assert.equal(readSeries(text, 'autosend_checks_total{status="VERIFIED",answered="true"}'), 1);
  const answers = readSeries(text, 'autosend_dns_answer_seconds_count{via="authoritative",outcome="found"}');
  assert.ok((answers ?? 0) >= 10, String(answers));
});

test('the queue lag is how overdue the most overdue domain is, whoever holds it left out', async () => {
  await service.query(`UPDATE domains SET next_check_at = NULL`);
  assert.equal(readSeries(await read(), 'autosend_queue_lag_seconds'), 0);
  const late = await service.addDomain('late.example.com');
  service.clock.advance(FIRST_CHECK_MS + 90_000);
  const text = await read();
  assert.equal(readSeries(text, 'autosend_queue_lag_seconds'), 90);
  assert.equal(readSeries(text, 'autosend_domains_due'), 1);
  await service.query(
    `UPDATE domains SET lease_owner = 'x', lease_until = now() + interval '1000 days' WHERE id = $1`,
    [late.id],
  );
  assert.equal(readSeries(await read(), 'autosend_queue_lag_seconds'), 0);
});

test('while the database is away the metrics say so, and nothing that they cannot know', async () => {
  assert.equal(readSeries(await read(), 'autosend_database_up'), 1);
  await proxy.cut();
  const text = await read();
  await proxy.restore();
  assert.equal(readSeries(text, 'autosend_database_up'), 0);
  assert.equal(readSeries(text, 'autosend_queue_lag_seconds'), undefined);
  assert.equal(readSeries(text, 'autosend_domains_due'), undefined);
  assert.equal(readSeries(await read(), 'autosend_database_up'), 1);
});

test('every metric that the alerts and the dashboard name is one that the service has', async () => {
  const exported = new Set(
    [...(await read()).matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name = '', type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
    ),
  );
  for (const file of ['prometheus/alerts.yaml', 'grafana/dashboard.json']) {
    const text = await readFile(new URL(file, OPS), 'utf8');
    const named = new Set(text.match(/\b(?:autosend|nodejs|process)_[a-z0-9_]+\b/g));
    assert.ok(named.size >= 7);
    for (const name of named) assert.ok(exported.has(name), `${file} names ${name}`);
  }
});

test('no label holds an id, a name or anything else that grows without bound', async () => {
  const text = await read();
  assert.doesNotMatch(text, /[a-f\d]{24}|example\.com/);
});
