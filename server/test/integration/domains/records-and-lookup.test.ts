import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { issueApiKey } from '../../../src/services/projects/api-keys.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';

let service: TestApp;
before(async () => {
  service = await createTestApp(import.meta.url);
});
after(() => service.close());

const list = async (query: string, key = service.key) => {
  const { status, text, json } = await service.send({ url: `/v1/domains?${query}`, key });
  assert.equal(status, 200, text);
  return json.data.domains.map(({ domainName }: { domainName: string }) => domainName) as string[];
};

test('records come in panel form: the same values as in the Domain, hosts by zone, long keys in chunks', async () => {
  const domain = await service.addDomain('mail.records.example.com');
  const { status, json } = await service.send({ url: `/v1/domains/${domain.id}/records` });
  assert.equal(status, 200);
  const records = json.data.records as (Record<string, unknown> & { chunks: string[] })[];
  const { ownership, dkim, mailFrom, dmarc } = domain.dnsRecords;
  assert.deepEqual(
    records.map(({ type, name, value, purpose }) => ({ type, name, value, purpose })),
    [ownership, dkim, ...mailFrom, dmarc].map(({ type, name, value, purpose }) => ({ type, name, value, purpose })),
  );
  assert.deepEqual(
    records.map(({ record, required, status: state, host }) => [record, required, state, host]),
    [
      ['ownership', true, 'unchecked', '_autosend-verify.mail.records'],
      ['dkim', true, 'unchecked', 'autosend._domainkey.mail.records'],
      ['mail_from_mx', false, 'unchecked', 'asend.mail.records'],
      ['mail_from_spf', false, 'unchecked', 'asend.mail.records'],
      ['dmarc', false, 'unchecked', '_dmarc.mail.records'],
    ],
  );
  const [, key, mx] = records;
  for (const { chunks, value } of records) {
    assert.equal(chunks.join(''), value);
    assert.ok(chunks.every((chunk) => chunk.length <= 255));
  }
  assert.equal(key?.chunks.length, 2);
  assert.equal(key?.selector, 'autosend');
  assert.deepEqual([mx?.priority, mx?.value], [10, 'feedback-smtp.us-east-1.amazonses.com']);
  assert.ok(records.every((each) => 'priority' in each === (each.type === 'MX')));
});

test('the record of a key that is pending is among them, and is not required', async () => {
  const { id } = await service.addDomain('rotating.example.com');
  const url = `/v1/domains/${id}/keys`;
  const { selector, record } = (await service.send({ method: 'POST', url, body: {} })).json.data;
  const records = (await service.send({ url: `/v1/domains/${id}/records` })).json.data.records;
  assert.equal(records.length, 6);
  const [pending] = records.filter((each: { stage?: string }) => each.stage === 'pending');
  assert.deepEqual(
    [pending.selector, pending.name, pending.value, pending.required],
    [selector, record.name, record.value, false],
  );
});

test('a domain is found by its name however it is written, and none is no failure', async () => {
  await service.addDomain('bücher.example.com');
  for (const name of [
    'bücher.example.com',
    'xn--bcher-kva.example.com',
    'BÜCHER.Example.com.',
    'XN--BCHER-KVA.example.com',
  ])
    assert.deepEqual(await list(`name=${encodeURIComponent(name)}`), ['xn--bcher-kva.example.com'], name);
  for (const name of ['cher.example.com', 'unknown.example.com', 'bücher.test'])
    assert.deepEqual(await list(`name=${encodeURIComponent(name)}`), []);
  assert.deepEqual(await list('name=xn--bcher-kva.example.com&status=VERIFIED'), []);
  const bad = await service.send({ url: '/v1/domains?name=https://example.com/' });
  assert.deepEqual([bad.status, bad.json.error.details[0].field], [400, 'name']);
  for (const name of ['', '%00', 'a'.repeat(2_000)])
    assert.equal((await service.send({ url: `/v1/domains?name=${name}` })).status, 400, name);
});

test('domains are found by the id that their program gave them', async () => {
  for (const [domain, externalId] of [
    ['a.ext.example.com', 'cus_1'],
    ['b.ext.example.com', 'cus_1'],
    ['c.ext.example.com', 'CUS_1'],
  ])
    await service.send({ method: 'POST', url: '/v1/domains', body: { domain, externalId } });
  assert.deepEqual((await list('externalId=cus_1')).sort(), ['a.ext.example.com', 'b.ext.example.com']);
  assert.deepEqual(await list('externalId=cus_1&name=b.ext.example.com'), ['b.ext.example.com']);
  assert.deepEqual(await list('externalId=cus_2'), []);
  const other = await service.createProject();
  assert.deepEqual(await list('externalId=cus_1', other.key), []);
});

test('a key for some domains finds those by name only, and is told what it may', async () => {
  await service.addDomain('mine.lookup.example.com');
  await service.addDomain('other.lookup.example.com');
  const { key, id } = await issueApiKey(service.ctx, service.ctx.db, {
    ...{
      projectId: service.project.id,
      name: 'limited',
      permission: 'read_only',
      domains: ['mine.lookup.example.com'],
    },
  });
  assert.deepEqual(await list('name=mine.lookup.example.com', key), ['mine.lookup.example.com']);
  assert.deepEqual(await list('name=other.lookup.example.com', key), []);
  const { data } = (await service.send({ url: '/v1/api-key', key })).json;
  const { id: projectId, name } = service.project;
  assert.deepEqual(data, {
    ...{ id, name: 'limited', permission: 'read_only', domains: ['mine.lookup.example.com'] },
    project: { id: projectId, name, isTest: false },
  });
});
