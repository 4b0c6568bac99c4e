import { deepEqual, equal, match } from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readTxt } from '../../../src/core/publishing/rdata.ts';
import { formatDkimKeyRecord } from '../../../src/core/records/dkim-key.ts';
import { findFailingTargets, listZonesInUse } from '../../../src/db/queries/keys-zone/key-targets.ts';
import { claimTargets, reconcileTargets } from '../../../src/services/keys-zone/key-targets.ts';
import { deleteProject, updateProject } from '../../../src/services/projects/projects.ts';
import { createDnsConnection } from '../../../src/services/publishing/connections.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { createMemoryZones } from '../../support/publishing/memory-zones.ts';

const KEYS_ZONE = 'dkim.operator.example';
const DAY_MS = 86_400_000;

describe('a domain whose keys are found by CNAMEs', () => {
  const provider = createMemoryZones(KEYS_ZONE);
  let service: TestApp;

  before(async () => {
    service = await createTestApp(import.meta.url, {
      variables: { KEYS_ZONE, DKIM_SELECTOR: 'acme' },
      dnsProviders: { desec: () => provider },
    });
    await createDnsConnection(service.ctx, null, { name: 'Keys', provider: 'desec', settings: { token: 'x' } });
  });
  after(() => service.close());

  const add = (body: object) => service.send({ method: 'POST', url: '/v1/domains', body });
  const addCname = async (domain: string) => (await add({ domain, dkimMode: 'cname' })).json.data;
  /** Does what is due in the keys zone. No server of it answers, so that nothing is settled. */
  const work = async () => {
    for (const claimed of await claimTargets(service.ctx, 'test', 9)) await reconcileTargets(service.ctx, claimed);
  };
  const readTarget = (name: string) => {
    const found = provider.listAll().find((each) => each.name === name);
    return found ? readTxt(found.rdata[0] ?? '') : null;
  };
  const readRow = async (id: string) =>
    (
      await service.query<{ revision: number; is_due: boolean; is_gone: boolean }>(
        'select revision, next_at <= now() as is_due, is_gone from key_targets where domain_id = $1',
        [id],
      )
    )[0];

  it('shows the first record in the Domain object, and both in the list and in every file', async () => {
    const domain = await addCname('shown.example.com');
    const [first, second] = [1, 2].map((n) => ({
      name: `acme${n}._domainkey.shown.example.com`,
      value: `acme${n}.${domain.id}.${KEYS_ZONE}`,
    }));
    deepEqual(domain.dnsRecords.dkim, { ...first, type: 'CNAME', purpose: 'DKIM authentication' });
    const { json } = await service.send({ url: `/v1/domains/${domain.id}/records` });
    const cnames = json.data.records.filter(({ type }: { type: string }) => type === 'CNAME');
    deepEqual(
      cnames.map(({ name, value, required, selector, record }: Record<string, unknown>) => [
        record,
        selector,
        required,
        name,
        value,
      ]),
      [first, second].map((each, at) => ['dkim', `acme${at + 1}`, true, each?.name, each?.value]),
    );
    for (const query of [
      'format=zone',
      'format=csv',
      'format=cloudflare',
      'format=terraform',
      'format=terraform&provider=route53',
    ]) {
      const { text } = await service.send({ url: `/v1/domains/${domain.id}/zone-file?${query}` });
      for (const each of [first, second])
        equal(text.includes(each?.name ?? '-') && text.includes(each?.value ?? '-'), true, `${query}: ${text}`);
      equal(text.includes('v=DKIM1'), false, query);
    }
    const attributes = await service.send({ url: `/v1/domains/${domain.id}/attributes` });
    equal(attributes.json.data.dkimMode, 'cname');
    const keys = (await service.send({ url: `/v1/domains/${domain.id}/keys` })).json.data.keys;
    deepEqual(keys[0].record, domain.dnsRecords.dkim);
  });

  it('is as it was added, whatever its project says later, and TXT is the default', async () => {
    equal((await add({ domain: 'plain.example.com' })).json.data.dnsRecords.dkim.type, 'TXT');
    const { ctx } = service;
    const project = { ...service.project, ...(await updateProject(ctx, service.project, { dkimMode: 'cname' }, [])) };
    const byProject = (await add({ domain: 'project.example.com' })).json.data;
    equal(byProject.dnsRecords.dkim.type, 'CNAME');
    equal((await add({ domain: 'own.example.com', dkimMode: 'txt' })).json.data.dnsRecords.dkim.type, 'TXT');
    await updateProject(ctx, project, { dkimMode: 'txt' }, []);
    const { json } = await service.send({ url: `/v1/domains/${byProject.id}` });
    equal(json.data.dnsRecords.dkim.type, 'CNAME');
  });

  it('is refused in a test project, and where there is no keys zone', async () => {
    const { key } = await service.createProject({ isTest: true });
    const inTest = await service.send({
      method: 'POST',
      url: '/v1/domains',
      key,
      body: { domain: 'verified.test', dkimMode: 'cname' },
    });
    match(inTest.json.error.message, /test project/);
    const without = await createTestApp(import.meta.url, { beside: service });
    const refused = await without.send({
      method: 'POST',
      url: '/v1/domains',
      body: { domain: 'a.example.com', dkimMode: 'cname' },
    });
    deepEqual([refused.status, refused.json.error.code], [400, 'VALIDATION_FAILED']);
    match(refused.json.error.message, /AUTOSEND_KEYS_ZONE/);
    await without.close();
    equal((await add({ domain: 'b.example.com', dkimMode: 'mx' })).status, 400);
  });

  it('gets both targets at once, the next key behind the idle one, and nothing for what is refused', async () => {
    const { id, dnsRecords } = await addCname('keys.example.com');
    const targets = ['acme1', 'acme2'].map((selector) => `${selector}.${id}.${KEYS_ZONE}`);
    const [firstTarget = '', secondTarget = ''] = targets;
    equal(dnsRecords.dkim.value, firstTarget);
    await work();
    const keysOf = async () =>
      await service.query<{ selector: string; public_key: string }>(
        'select selector, public_key from dkim_keys where domain_id = $1 order by created_at',
        [id],
      );
    const [signing] = await keysOf();
    equal(readTarget(firstTarget), formatDkimKeyRecord(signing?.public_key ?? ''));
    equal(readTarget(secondTarget), `v=DKIM1; k=rsa; n=${secondTarget}; p=`);

    const create = (body: object) => service.send({ method: 'POST', url: `/v1/domains/${id}/keys`, body });
    for (const [body, words] of [
      [{ type: 'ed25519' }, /third record/],
      [{ selector: 'mine' }, /goes behind acme2/],
      [{ selector: 'acme1' }, /goes behind acme2/],
    ] as const) {
      const refused = await create(body);
      deepEqual([refused.status, refused.json.error.code], [400, 'VALIDATION_FAILED'], refused.text);
      match(refused.json.error.message, words);
    }
    const before = await readRow(id);
    service.clock.advance(1_000);
    const created = await create({ selector: 'acme2' });
    equal(created.status, 201, created.text);
    const noted = await readRow(id);
    deepEqual([noted?.is_due, (noted?.revision ?? 0) > (before?.revision ?? 0)], [true, true]);
    await work();
    const [, next] = await keysOf();
    equal(readTarget(secondTarget), formatDkimKeyRecord(next?.public_key ?? ''));
    equal(readTarget(firstTarget), formatDkimKeyRecord(signing?.public_key ?? ''));

    equal((await service.send({ method: 'POST', url: `/v1/domains/${id}/keys/acme2/revoke` })).status, 200);
    await work();
    equal(readTarget(secondTarget), `v=DKIM1; k=rsa; n=${secondTarget}; p=`);
    // Its selector is free again.
    equal((await create({})).json.data.selector, 'acme2');
  });

  it('leaves its keys for 30 days, whoever deletes it, and then nothing', async () => {
    const { project, key } = await service.createProject();
    const add = await service.send({
      method: 'POST',
      url: '/v1/domains',
      key,
      body: { domain: 'gone.example.com', dkimMode: 'cname' },
    });
    const { id } = add.json.data;
    const target = `acme1.${id}.${KEYS_ZONE}`;
    await work();
    const text = readTarget(target);
    match(text ?? '', /^v=DKIM1; k=rsa; p=M/);
    await deleteProject(service.ctx, project, project.name);
    equal((await readRow(id))?.is_gone, true);
    await work();
    service.clock.advance(29 * DAY_MS);
    await work();
    equal(readTarget(target), text);
    service.clock.advance(2 * DAY_MS);
    await work();
    equal(readTarget(target), null);
    equal(await readRow(id), undefined);
  });

  it('keeps what it may have written in its row before it is written, and says why it could not', async () => {
    const { id } = await addCname('fault.example.com');
    const outcome = { outcome: 'quota', detail: 'The plan has no room.' } as const;
    provider.failNextWrite(outcome);
    await work();
    const [row] = await service.query<{ targets: { name: string }[]; problem: string; attempts: number }>(
      'select targets, problem, attempts from key_targets where domain_id = $1',
      [id],
    );
    deepEqual(
      row?.targets.map(({ name }) => name),
      ['acme1', 'acme2'].map((selector) => `${selector}.${id}.${KEYS_ZONE}`),
    );
    match(row?.problem ?? '', /no more records|room/i);
    equal(readTarget(`acme1.${id}.${KEYS_ZONE}`), null);
    service.clock.advance(60_000);
    await work();
    match(readTarget(`acme1.${id}.${KEYS_ZONE}`) ?? '', /^v=DKIM1; k=rsa; p=M/);
  });

  it('counts for its own keys zone, and not for one above it that is in use, too', async () => {
    const { id } = await addCname('moved.example.com');
    const { db } = service.ctx;
    const inZone = async () => (await findFailingTargets(db, KEYS_ZONE)).count;
    const before = await inZone();
    const fail = (zone: string) =>
      service.query('update key_targets set attempts = 8, settled_at = null, keys_below = $2 where domain_id = $1', [
        id,
        `${id}.${zone}`,
      ]);
    await fail(`eu.${KEYS_ZONE}`);
    equal(await inZone(), before);
    equal((await findFailingTargets(db, `eu.${KEYS_ZONE}`)).count, 1);
    deepEqual((await listZonesInUse(db)).sort(), [KEYS_ZONE, `eu.${KEYS_ZONE}`]);
    await fail(KEYS_ZONE);
    equal(await inZone(), before + 1);
  });
});
