import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestApp, type TestApp } from '../../support/app.ts';

let service: TestApp;
before(async () => {
  service = await createTestApp(import.meta.url);
});
after(() => service.close());

/** Every key of the documented answer to Add Domain, in the documented order. */
const CREATE_KEYS = [
  'success',
  'data',
  'data.id',
  'data.domainName',
  'data.verificationStatus',
  'data.ownershipVerified',
  'data.dkimEnabled',
  'data.mailFromEnabled',
  'data.dmarcEnabled',
  'data.dnsRecords',
  'data.dnsRecords.ownership',
  'data.dnsRecords.ownership.name',
  'data.dnsRecords.ownership.value',
  'data.dnsRecords.ownership.type',
  'data.dnsRecords.ownership.purpose',
  'data.dnsRecords.dkim',
  'data.dnsRecords.dkim.name',
  'data.dnsRecords.dkim.value',
  'data.dnsRecords.dkim.type',
  'data.dnsRecords.dkim.purpose',
  'data.dnsRecords.mailFrom',
  'data.dnsRecords.mailFrom.0',
  'data.dnsRecords.mailFrom.0.name',
  'data.dnsRecords.mailFrom.0.value',
  'data.dnsRecords.mailFrom.0.type',
  'data.dnsRecords.mailFrom.0.purpose',
  'data.dnsRecords.mailFrom.0.priority',
  'data.dnsRecords.mailFrom.1',
  'data.dnsRecords.mailFrom.1.name',
  'data.dnsRecords.mailFrom.1.value',
  'data.dnsRecords.mailFrom.1.type',
  'data.dnsRecords.mailFrom.1.purpose',
  'data.dnsRecords.dmarc',
  'data.dnsRecords.dmarc.name',
  'data.dnsRecords.dmarc.value',
  'data.dnsRecords.dmarc.type',
  'data.dnsRecords.dmarc.purpose',
  'data.createdAt',
  'data.lastCheckedAt',
  'data.regionKey',
  'data.verificationInProgress',
];

function listKeys(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [`${path}${key}`, ...listKeys(inner, `${path}${key}.`)]);
}

test('Add Domain answers 201 with exactly the documented keys, in the documented order', async () => {
  const reply = await service.send({
    method: 'POST',
    url: '/v1/domains',
    body: { domain: 'example.com', regionKey: 'us-east-1' },
  });
  assert.equal(reply.status, 201);
  assert.equal(reply.headers['content-type'], 'application/json; charset=utf-8');
  assert.deepEqual(listKeys(reply.json), CREATE_KEYS);
});

test('a new domain is PENDING_CONFIGURATION with everything false, and its records are those of its name and region', async () => {
  const { key } = await service.createProject();
  const { id, dnsRecords, ...rest } = await service.addDomain('new.example.com', key);
  const now = service.clock.now().toISOString();
  assert.match(id, /^[a-f\d]{24}$/);
  assert.deepEqual(rest, {
    domainName: 'new.example.com',
    verificationStatus: 'PENDING_CONFIGURATION',
    ownershipVerified: false,
    dkimEnabled: false,
    mailFromEnabled: false,
    dmarcEnabled: false,
    createdAt: now,
    lastCheckedAt: now,
    regionKey: 'us-east-1',
    verificationInProgress: false,
  });
  const { ownership, dkim, mailFrom, dmarc } = dnsRecords;
  assert.match(ownership.value, /^autosend-verify-[a-f\d]{32}$/);
  assert.match(dkim.value, /^v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A[A-Za-z\d+/]+={0,2}$/);
  assert.deepEqual(
    { ownership: { ...ownership, value: '' }, dkim: { ...dkim, value: '' }, mailFrom, dmarc },
    {
      ownership: {
        name: '_autosend-verify.new.example.com',
        value: '',
        type: 'TXT',
        purpose: 'Domain ownership verification',
      },
      dkim: { name: 'autosend._domainkey.new.example.com', value: '', type: 'TXT', purpose: 'DKIM authentication' },
      mailFrom: [
        {
          name: 'asend.new.example.com',
          value: 'feedback-smtp.us-east-1.amazonses.com',
          type: 'MX',
          purpose: 'Mail-from domain',
          priority: 10,
        },
        {
          name: 'asend.new.example.com',
          value: 'v=spf1 include:amazonses.com ~all',
          type: 'TXT',
          purpose: 'SPF record for mail-from domain',
        },
      ],
      dmarc: { name: '_dmarc.new.example.com', value: 'v=DMARC1; p=none;', type: 'TXT', purpose: 'DMARC policy' },
    },
  );
});

test('Get and List answer with the very object that Add answered with', async () => {
  const { key } = await service.createProject();
  const added = await service.addDomain('same.example.com', key);
  const got = await service.send({ url: `/v1/domains/${added.id}`, key });
  const listed = await service.send({ url: '/v1/domains', key });
  assert.equal(got.status, 200);
  assert.equal(got.text, JSON.stringify({ success: true, data: added }));
  assert.equal(listed.status, 200);
  assert.equal(listed.text, JSON.stringify({ success: true, data: { domains: [added] } }));
});

test('Verify answers with the documented keys and message', async () => {
  const { key } = await service.createProject();
  const { id } = await service.addDomain('verify.example.com', key);
  const verifying = service.send({ method: 'POST', url: `/v1/domains/${id}/verify`, key });
  await service.clock.untilAsleep(2_500);
  service.clock.advance(2_500);
  const { status, json } = await verifying;
  assert.equal(status, 200);
  assert.deepEqual(listKeys(json), [
    'success',
    'data',
    'data.domain',
    ...listKeys(json.data.domain).map((key) => `data.domain.${key}`),
    'data.verificationInProgress',
    'data.ownershipVerified',
    'data.verificationStatus',
    'data.dkimEnabled',
    'data.mailFromEnabled',
    'data.dmarcEnabled',
    'message',
  ]);
  const { json: got } = await service.send({ url: `/v1/domains/${id}`, key });
  assert.equal(got.data.domainName, 'verify.example.com');
  assert.equal(
    JSON.stringify({ ...json.data.domain, lastCheckedAt: '' }),
    JSON.stringify({ ...got.data, lastCheckedAt: '' }),
  );
  assert.equal(json.message, 'Domain verification status updated');
});

test('Delete answers null, and then there is no such domain, nor in the list', async () => {
  const { key } = await service.createProject();
  const { id } = await service.addDomain('gone.example.com', key);
  const deleted = await service.send({ method: 'DELETE', url: `/v1/domains/${id}`, key });
  assert.equal(deleted.status, 200);
  assert.equal(deleted.text, '{"success":true,"data":null}');
  for (const [method, url] of [
    ['GET', `/v1/domains/${id}`],
    ['DELETE', `/v1/domains/${id}`],
    ['POST', `/v1/domains/${id}/verify`],
  ] as const) {
    const reply = await service.send({ method, url, key });
    assert.equal(reply.status, 404, method);
    assert.equal(reply.json.error.code, 'NOT_FOUND');
  }
  assert.deepEqual((await service.send({ url: '/v1/domains', key })).json.data, { domains: [] });
  await service.addDomain('gone.example.com', key);
});

test('the same name is added to a project only once, however it is written', async () => {
  const { key } = await service.createProject();
  await service.addDomain('bücher.example.com', key);
  for (const domain of [
    'bücher.example.com',
    'BÜCHER.Example.COM.',
    'xn--bcher-kva.example.com',
    'XN--BCHER-KVA.EXAMPLE.COM',
  ]) {
    const { status, json } = await service.send({ method: 'POST', url: '/v1/domains', key, body: { domain } });
    assert.equal(status, 409, domain);
    assert.deepEqual(json.error, {
      message: 'The domain xn--bcher-kva.example.com has already been added to this project.',
      code: 'DOMAIN_ALREADY_EXISTS',
    });
  }
});

test('of two requests that add the same name at once, one wins and one gets 409', async () => {
  const { key } = await service.createProject();
  const add = () => service.send({ method: 'POST', url: '/v1/domains', key, body: { domain: 'race.example.com' } });
  const statuses = (await Promise.all([add(), add(), add(), add()])).map(({ status }) => status);
  assert.deepEqual(statuses.sort(), [201, 409, 409, 409]);
});

test('a second project gets its own ownership value; its selector is another one only where the name is verified', async () => {
  const [one, two, three] = await Promise.all(['', '', ''].map(() => service.createProject()));
  assert.ok(one && two && three);
  const mine = await service.addDomain('shared.example.com', one.key);
  const theirs = await service.addDomain('shared.example.com', two.key);
  assert.equal(mine.dnsRecords.dkim.name, 'autosend._domainkey.shared.example.com');
  assert.equal(theirs.dnsRecords.dkim.name, mine.dnsRecords.dkim.name);
  assert.notEqual(mine.dnsRecords.ownership.value, theirs.dnsRecords.ownership.value);
  // From then on the key of that project stands in public DNS.
  await service.query(`UPDATE domains SET status = 'VERIFIED' WHERE id = '${mine.id}'`);
  const late = await service.addDomain('shared.example.com', three.key);
  assert.match(late.dnsRecords.dkim.name, /^autosend-[a-f\d]{4}\._domainkey\.shared\.example\.com$/);
  const read = await service.send({ url: `/v1/domains/${late.id}`, key: three.key });
  assert.deepEqual(read.json.data.dnsRecords, late.dnsRecords);
});

test("a domain without regionKey takes its project's primary region, and its MAIL FROM records follow the region", async () => {
  const { key } = await service.createProject({ primaryRegion: 'eu-west-1' });
  const here = await service.addDomain('here.example.com', key);
  assert.equal(here.regionKey, 'eu-west-1');
  assert.equal(here.dnsRecords.mailFrom[0].value, 'feedback-smtp.eu-west-1.amazonses.com');
  const there = await service.send({
    method: 'POST',
    url: '/v1/domains',
    key,
    body: { domain: 'there.example.com', regionKey: 'ap-south-1' },
  });
  assert.equal(there.json.data.dnsRecords.mailFrom[0].value, 'feedback-smtp.ap-south-1.amazonses.com');
});

test('what is wrong with the fields is said field by field', async () => {
  const cases: [body: unknown, field: string, message: RegExp][] = [
    [{}, 'domain', /missing/],
    [{ domain: null }, 'domain', /must be a string/],
    [{ domain: '' }, 'domain', /empty/],
    [{ domain: 'https://example.com/path' }, 'domain', /Did you mean example\.com\?/],
    [{ domain: 'co.uk' }, 'domain', /suffix/],
    [{ domain: '192.0.2.1' }, 'domain', /address/],
    [{ domain: `${'a'.repeat(63)}.`.repeat(4) }, 'domain', /253|long/],
    [{ domain: 'example.com', regionKey: 'mars-1' }, 'regionKey', /us-east-1, us-east-2/],
    [{ domain: 'example.com', regionKey: 7 }, 'regionKey', /must be a string/],
    [{ domain: 'example.com', region: 'us-east-1' }, 'region', /^Unknown field "region"\. Did you mean "regionKey"\?$/],
    [{ domain: 'example.com', colour: 1 }, 'colour', /^Unknown field "colour"\.$/],
    [['example.com'], 'body', /JSON object/],
    ['"example.com"', 'body', /JSON object/],
  ];
  for (const [body, field, message] of cases) {
    const { status, json } = await service.send({ method: 'POST', url: '/v1/domains', body });
    const label = JSON.stringify(body);
    assert.equal(status, 400, label);
    assert.equal(json.error.code, 'VALIDATION_FAILED', label);
    assert.deepEqual(
      json.error.details.map((detail: { field: string }) => detail.field),
      [field],
      label,
    );
    assert.match(json.error.message, message, label);
  }
});

test('GET /v1/regions names every region and which one is primary', async () => {
  const { key } = await service.createProject({ primaryRegion: 'eu-central-1' });
  const { json } = await service.send({ url: '/v1/regions', key });
  const names = ['us-east-1', 'us-east-2', 'us-west-2', 'ap-south-1', 'ap-southeast-1', 'eu-central-1', 'eu-west-1'];
  assert.deepEqual(
    json.data.regions,
    names.map((regionKey) => ({ regionKey, primary: regionKey === 'eu-central-1' })),
  );
});
