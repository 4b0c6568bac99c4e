import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startKeyWiping } from '../../../src/jobs/key-wiping.ts';
import { runCheck } from '../../../src/services/checks/verification.ts';
import { claimDueDomains } from '../../../src/services/node/claims.ts';
import { readSigningKeys } from '../../../src/services/signing/signing-keys.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { waitUntil } from '../../support/clock.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { listRecords, publishDomain } from '../../support/dns/publish.ts';

let dns: DnsServer;
let service: TestApp;
before(async () => {
  dns = await startDnsServer();
  service = await createTestApp(import.meta.url, { dns, keys: 'fresh' });
});
after(async () => {
  await service.close();
  await dns.close();
});

const DAY_MS = 86_400_000;

interface Key {
  readonly selector: string;
  readonly stage: string;
  readonly isPublished: boolean | null;
  readonly retiresAt: string | null;
  readonly record: { readonly name: string; readonly value: string; readonly type: 'TXT' };
}

/** A domain in use, whose zone a test can change. */
async function addVerified(name: string) {
  const domain = await service.addDomain(name);
  publishDomain(dns, domain);
  const { json } = await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify` });
  assert.equal(json.data.verificationStatus, 'VERIFIED');
  const url = `/v1/domains/${domain.id}`;
  return {
    id: domain.id as string,
    name,
    records: listRecords(domain),
    publish: (records: readonly ReturnType<typeof listRecords>[number][]) => publishDomain(dns, domain, [...records]),
    get: async () => (await service.send({ url })).json.data,
    keys: async (): Promise<Key[]> => (await service.send({ url: `${url}/keys` })).json.data.keys,
    addKey: async (body = {}): Promise<Key> => {
      service.clock.advance(1_000);
      const reply = await service.send({ method: 'POST', url: `${url}/keys`, body });
      assert.equal(reply.status, 201, reply.text);
      return reply.json.data;
    },
    post: (path: string) => service.send({ method: 'POST', url: `${url}/keys/${path}` }),
    events: async (): Promise<string[]> =>
      (await service.send({ url: `${url}/events` })).json.data.events.map(({ type }: { type: string }) => type),
    signers: async () =>
      (await readSigningKeys(service.ctx, service.project.id, domain.id)).keys.map(({ selector }) => selector),
  };
}

/** Checks whatever is due, as a worker does. */
async function checkDue(): Promise<number> {
  const claimed = await claimDueDomains(service.ctx, 'test', 64);
  await Promise.all(claimed.map((each) => runCheck(service.ctx, each)));
  return claimed.length;
}

const stagesOf = (keys: readonly Key[]) => Object.fromEntries(keys.map(({ selector, stage }) => [selector, stage]));

test('a rotation, from the new key to the removal of the old record, without a moment that is not verified', async () => {
  const domain = await addVerified('rotates.example.com');
  const made = await domain.addKey();
  assert.deepEqual([made.stage, made.isPublished], ['pending', null]);
  assert.equal(await checkDue(), 1, 'the domain is due at once');
  const [missing] = await domain.keys();
  assert.deepEqual([missing?.stage, missing?.isPublished], ['pending', false]);
  assert.deepEqual(await domain.signers(), ['autosend']);

  domain.publish([...domain.records, made.record]);
  assert.equal(await checkDue(), 0);
  service.clock.advance(5_000);
  assert.equal(await checkDue(), 1, 'and again after five seconds');
  assert.deepEqual(stagesOf(await domain.keys()), { [made.selector]: 'active', autosend: 'retiring' });
  assert.deepEqual(await domain.signers(), [made.selector]);
  const during = await domain.get();
  assert.deepEqual([during.verificationStatus, during.dkimEnabled], ['VERIFIED', true]);
  assert.equal(during.dnsRecords.dkim.name, made.record.name);
  assert.deepEqual((await domain.events()).slice(0, 4), [
    'key.retiring',
    'key.activated',
    'key.published',
    'key.created',
  ]);

  const retiring = (await domain.keys()).find(({ stage }) => stage === 'retiring');
  const retiresAt = service.clock.now().getTime() + 7 * DAY_MS;
  assert.equal(Date.parse(retiring?.retiresAt ?? ''), retiresAt);
  assert.equal(retiring?.isPublished, true, "its record was the domain's own a moment ago");
  while (service.clock.now().getTime() < retiresAt) {
    assert.equal((await domain.get()).verificationStatus, 'VERIFIED');
    service.clock.advance(6 * 3_600_000);
    await checkDue();
  }
  assert.deepEqual(stagesOf(await domain.keys()), { [made.selector]: 'active', autosend: 'retired' });
  const { json } = await service.send({ url: `/v1/domains/${domain.id}/events` });
  const { type, data } = json.data.events[0];
  assert.deepEqual(
    [type, data],
    ['key.retired', { selector: 'autosend', type: 'rsa', name: 'autosend._domainkey.rotates.example.com' }],
  );

  domain.publish([...domain.records.filter(({ name }) => !name.startsWith('autosend._domainkey')), made.record]);
  service.clock.advance(6 * 3_600_000 * 1.2);
  await checkDue();
  assert.equal((await domain.get()).verificationStatus, 'VERIFIED');
});

for (const [what, atOneServer] of [
  ['one server does not have yet', { kind: 'records' }],
  ['one server does not answer for', { kind: 'silence' }],
] as const)
  test(`a pending key that ${what} stays pending, and signing stays with the old one`, async () => {
    const domain = await addVerified(`lagging-${atOneServer.kind}.example.com`);
    const made = await domain.addKey();
    domain.publish([...domain.records, made.record]);
    if (atOneServer.kind === 'silence') dns.fault({ address: '127.0.0.12', name: made.record.name }, 'servfail');
    else dns.setRecords(domain.name, domain.records, '127.0.0.12');
    await checkDue();
    assert.deepEqual(stagesOf(await domain.keys()), { [made.selector]: 'pending', autosend: 'active' });
    assert.deepEqual(await domain.signers(), ['autosend']);
    dns.clearFaults();
    domain.publish([...domain.records, made.record]);
    service.clock.advance(10_000);
    await checkDue();
    assert.deepEqual(await domain.signers(), [made.selector]);
  });

test('a pending key that never appears changes nothing but itself, and is looked for less and less', async () => {
  const domain = await addVerified('forgotten.example.com');
  const before = await domain.get();
  const made = await domain.addKey();
  dns.questions.length = 0;
  for (let hours = 0; hours < 24 * 30; hours += 1) {
    await checkDue();
    service.clock.advance(3_600_000);
  }
  const checks = dns.questions.filter(
    ({ name, address }) => name === made.record.name && address === '127.0.0.12',
  ).length;
  assert.deepEqual(stagesOf(await domain.keys()), { [made.selector]: 'pending', autosend: 'active' });
  const { lastCheckedAt: _then, ...rest } = before;
  const { lastCheckedAt: _now, ...after } = await domain.get();
  assert.deepEqual(after, rest);
  // Each hour for three days, then every six hours.
  assert.ok(checks > 150 && checks < 250, String(checks));
});

test('while DNS is away a rotation waits, and the domain stays as it is', async () => {
  const domain = await addVerified('outage.example.com');
  const made = await domain.addKey();
  dns.fault({ within: domain.name }, 'servfail');
  for (let at = 0; at < 5; at += 1) {
    await checkDue();
    service.clock.advance(3_600_000);
  }
  assert.deepEqual([(await domain.get()).verificationStatus, await domain.signers()], ['VERIFIED', ['autosend']]);
  const [key] = await domain.keys();
  assert.deepEqual([key?.stage, key?.isPublished], ['pending', null], 'nobody answered: nothing is known');
  dns.clearFaults();
  domain.publish([...domain.records, made.record]);
  service.clock.advance(3_600_000);
  await checkDue();
  assert.deepEqual(await domain.signers(), [made.selector]);
});

test('a domain whose old record was removed too early is restored by its new key', async () => {
  const domain = await addVerified('early.example.com');
  const made = await domain.addKey();
  const others = domain.records.filter(({ name }) => !name.includes('._domainkey.'));
  domain.publish(others);
  for (let at = 0; at < 8; at += 1) {
    await checkDue();
    service.clock.advance(1_200_000);
  }
  assert.equal((await domain.get()).verificationStatus, 'TEMPORARY_FAILURE');
  domain.publish([...others, made.record]);
  service.clock.advance(1_200_000);
  await checkDue();
  const after = await domain.get();
  assert.deepEqual([after.verificationStatus, after.dkimEnabled], ['VERIFIED', true]);
  assert.deepEqual(await domain.signers(), [made.selector]);
});

test('a new key before the first one is published: either of them verifies the domain', async () => {
  const added = await service.addDomain('second-thoughts.example.com');
  service.clock.advance(1_000);
  const { json } = await service.send({ method: 'POST', url: `/v1/domains/${added.id}/keys`, body: { bits: 3072 } });
  const others = listRecords(added).filter(({ name }) => !name.includes('._domainkey.'));
  publishDomain(dns, added, [...others, json.data.record]);
  const verified = await service.send({ method: 'POST', url: `/v1/domains/${added.id}/verify` });
  assert.equal(verified.json.data.verificationStatus, 'VERIFIED');
  const { json: now } = await service.send({ url: `/v1/domains/${added.id}` });
  assert.deepEqual(now.data.dnsRecords.dkim, json.data.record);
});

test('an Ed25519 key signs beside the RSA key once it is published, and no more when its record is gone', async () => {
  const domain = await addVerified('both.example.com');
  const made = await domain.addKey({ type: 'ed25519' });
  domain.publish([...domain.records, made.record]);
  await checkDue();
  assert.deepEqual(await domain.signers(), ['autosend', made.selector]);
  assert.deepEqual((await domain.get()).dnsRecords.dkim.name, 'autosend._domainkey.both.example.com');
  domain.publish(domain.records);
  service.clock.advance(7 * 3_600_000);
  await checkDue();
  assert.deepEqual(await domain.signers(), ['autosend']);
  assert.equal((await domain.get()).verificationStatus, 'VERIFIED');
  const [key] = await domain.keys();
  assert.deepEqual([key?.stage, key?.isPublished], ['active', false]);
});

test('going back is one call while the old record is there, and refused with the reason when it is not', async () => {
  const domain = await addVerified('back.example.com');
  const made = await domain.addKey();
  domain.publish([...domain.records, made.record]);
  await checkDue();
  const back = await domain.post('autosend/activate');
  assert.deepEqual([back.status, back.json.data.stage, back.json.data.isPublished], [200, 'active', true]);
  assert.deepEqual(await domain.signers(), ['autosend']);
  assert.deepEqual(stagesOf(await domain.keys()), { [made.selector]: 'retiring', autosend: 'active' });
  await checkDue();
  assert.deepEqual(await domain.signers(), ['autosend'], 'a check does not undo it');
  domain.publish(domain.records);
  const refused = await domain.post(`${made.selector}/activate`);
  assert.deepEqual([refused.status, refused.json.error.code], [409, 'KEY_NOT_PUBLISHED']);
  assert.match(refused.json.error.message, /can.t be used yet.*no TXT record at `/);
  dns.fault({ within: domain.name }, 'servfail');
  const unknown = await domain.post(`${made.selector}/activate`);
  assert.deepEqual([unknown.status, unknown.json.error.code], [503, 'SERVICE_UNAVAILABLE']);
  assert.deepEqual(await domain.signers(), ['autosend']);
  dns.clearFaults();
});

test('a key is used before every server has it only when somebody says so, and never against what a server says', async () => {
  const domain = await addVerified('by-hand.example.com');
  const made = await domain.addKey();
  assert.equal((await domain.post(`${made.selector}/activate`)).json.error.code, 'KEY_NOT_PUBLISHED');
  domain.publish([...domain.records, made.record]);
  dns.setRecords(domain.name, domain.records, '127.0.0.12');
  const split = await domain.post(`${made.selector}/activate`);
  assert.equal(split.json.error.code, 'KEY_NOT_PUBLISHED');
  assert.match(split.json.error.message, /ns1\.by-hand\.example\.com.*has the record.*ns2.*doesn’t/);
  dns.fault({ address: '127.0.0.12' }, 'servfail');
  const silent = await domain.post(`${made.selector}/activate`);
  assert.deepEqual([silent.status, silent.json.data?.stage], [200, 'active'], silent.text);
  dns.clearFaults();
});

test('revoking wipes the private half for good, and never takes the key that mail is signed with', async () => {
  const domain = await addVerified('revokes.example.com');
  const inUse = await domain.post('autosend/revoke');
  assert.deepEqual([inUse.status, inUse.json.error.code], [409, 'KEY_IN_USE']);
  const made = await domain.addKey();
  const second = await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/keys`, body: {} });
  assert.deepEqual([second.status, second.json.error.code], [409, 'KEY_ALREADY_PENDING']);
  assert.equal((await domain.post(`${made.selector}/revoke`)).json.data.stage, 'retired');
  const again = await domain.post(`${made.selector}/revoke`);
  assert.equal(again.status, 200);
  domain.publish([...domain.records, made.record]);
  await checkDue();
  const refused = await domain.post(`${made.selector}/activate`);
  assert.deepEqual([refused.status, refused.json.error.code], [409, 'KEY_REVOKED']);
  assert.deepEqual(await domain.signers(), ['autosend']);
  const [row] = await service.query<{ size: number }>(
    `SELECT length(private_key_sealed) AS size FROM dkim_keys WHERE domain_id = $1 AND selector = $2`,
    [domain.id, made.selector],
  );
  assert.equal(row?.size, 0);
  assert.equal((await domain.post('nothing/revoke')).status, 404);
});

test('a key that is old enough gets one successor by itself, and none while the domain is not verified', async () => {
  const domain = await addVerified('aged.example.com');
  const patch = (dkimRotationDays: unknown) =>
    service.send({ method: 'PATCH', url: `/v1/domains/${domain.id}`, body: { dkimRotationDays } });
  for (const wrong of [-1, 1, 29, 3651, 180.5, '180', null]) assert.equal((await patch(wrong)).status, 400, `${wrong}`);
  const set = await patch(180);
  assert.deepEqual([set.status, set.json.data], [200, await domain.get()]);
  const { json } = await service.send({ url: `/v1/domains/${domain.id}/keys` });
  assert.equal(json.data.dkimRotationDays, 180);

  service.clock.advance(179 * DAY_MS);
  await checkDue();
  assert.equal((await domain.keys()).length, 1);
  service.clock.advance(2 * DAY_MS);
  await checkDue();
  const [made] = await domain.keys();
  assert.equal(made?.stage, 'pending');
  const { json: history } = await service.send({ url: `/v1/domains/${domain.id}/events` });
  assert.deepEqual([history.data.events[0].type, history.data.events[0].data.reason], ['key.created', 'rotation']);
  service.clock.advance(10 * DAY_MS);
  await checkDue();
  assert.equal((await domain.keys()).length, 2, 'one is enough');
  domain.publish([...domain.records, ...(made ? [made.record] : [])]);
  service.clock.advance(DAY_MS);
  await checkDue();
  assert.deepEqual(await domain.signers(), [made?.selector]);
});

test('two nodes that check once move a key once, and a check that meets a change of keys is dropped', async () => {
  const domain = await addVerified('raced.example.com');
  const made = await domain.addKey();
  domain.publish([...domain.records, made.record]);
  let release: (value?: unknown) => void = () => undefined;
  const hold = new Promise((resolve) => {
    release = resolve;
  });
  const free = dns.fault({ name: `_dmarc.${domain.name}` }, { hold });
  const checking = checkDue();
  // The check has seen the key and waits for another record; meanwhile the key is moved by hand, and back again.
  assert.equal((await domain.post(`${made.selector}/activate`)).status, 200);
  assert.equal((await domain.post('autosend/activate')).status, 200);
  free();
  release();
  await checking;
  assert.deepEqual(stagesOf(await domain.keys()), { [made.selector]: 'retiring', autosend: 'active' });
  assert.deepEqual(await domain.signers(), ['autosend']);
  assert.equal(await checkDue(), 1, 'it is due again at once');
  const activations = (await domain.events()).filter((type) => type === 'key.activated');
  assert.equal(activations.length, 2);
});

test('the record of a key that was replaced by hand counts as found, until a check says otherwise', async () => {
  const domain = await addVerified('replaced-by-hand.example.com');
  const made = await domain.addKey();
  domain.publish([...domain.records, made.record]);
  assert.equal((await domain.post(`${made.selector}/activate`)).status, 200);
  const findOld = async () => (await domain.keys()).find(({ selector }) => selector === 'autosend');
  assert.deepEqual([(await findOld())?.stage, (await findOld())?.isPublished], ['retiring', true]);
  domain.publish([...domain.records.filter(({ name }) => !name.startsWith('autosend._domainkey')), made.record]);
  await checkDue();
  assert.deepEqual([(await findOld())?.stage, (await findOld())?.isPublished], ['retiring', false]);
});

test('a domain without further keys costs a check no question more, and one with a pending key one more for each server', async () => {
  const domain = await addVerified('costs.example.com');
  const count = async () => {
    dns.questions.length = 0;
    service.clock.advance(7 * 3_600_000);
    await checkDue();
    return dns.questions.filter(({ name, type }) => name.endsWith(domain.name) && (type === 'TXT' || type === 'MX'))
      .length;
  };
  assert.equal(await count(), 10);
  await domain.addKey();
  assert.equal(await count(), 12);
});

test('a private key that was revoked, or whose domain was deleted, is not kept open: at once where it was done, within a minute elsewhere', async () => {
  const other = await createTestApp(import.meta.url, { dns, keys: 'fresh', beside: service });
  const nodes = [service, other];
  const wipe = async (id: string) => {
    const wiping = startKeyWiping(other.ctx);
    await waitUntil(async () => !other.ctx.openedKeys.ids().includes(id));
    await wiping.stop();
  };
  try {
    const domain = await addVerified('wiped.example.com');
    const open = async () => {
      for (const { ctx } of nodes) await readSigningKeys(ctx, service.project.id, domain.id);
      const [active] = await service.query<{ id: string; selector: string }>(
        `SELECT id, selector FROM dkim_keys WHERE domain_id = $1 AND stage = 'active'`,
        [domain.id],
      );
      return active ?? assert.fail('no key is active');
    };
    const isOpen = (id: string) => nodes.map(({ ctx }) => ctx.openedKeys.ids().includes(id));
    const old = await open();
    assert.deepEqual(isOpen(old.id), [true, true]);
    const next = await domain.addKey();
    domain.publish([...domain.records, next.record]);
    assert.equal((await domain.post(`${next.selector}/activate`)).status, 200);
    assert.equal((await domain.post(`${old.selector}/revoke`)).status, 200);
    await service.ctx.background.drain();
    assert.deepEqual(isOpen(old.id), [false, true]);
    await wipe(old.id);
    const { id } = await open();
    assert.deepEqual(
      [isOpen(id), isOpen(old.id)],
      [
        [true, true],
        [false, false],
      ],
    );
    await service.send({ method: 'DELETE', url: `/v1/domains/${domain.id}` });
    await service.ctx.background.drain();
    assert.deepEqual(isOpen(id), [false, true]);
    await wipe(id);
  } finally {
    await other.close();
  }
});
