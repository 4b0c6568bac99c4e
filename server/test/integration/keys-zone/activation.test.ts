import { deepEqual, equal, match, notEqual, rejects } from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { activateKey } from '../../../src/services/keys/keys.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { KEYS_ZONE, serveKeys } from '../../support/dns/keys-zone.ts';
import { listRecords, publishDomain } from '../../support/dns/publish.ts';

let dns: DnsServer;
let service: TestApp;
before(async () => {
  dns = await startDnsServer();
  service = await createTestApp(import.meta.url, { dns, variables: { KEYS_ZONE } });
});
after(async () => {
  await service.close();
  await dns.close();
});

/** Adds a domain whose first selector signs, publishes both CNAMEs, and the next key behind the second one. */
async function addWithNextKey(name: string) {
  const { json } = await service.send({
    method: 'POST',
    url: '/v1/domains',
    body: { domain: name, dkimMode: 'cname' },
  });
  const domain = json.data;
  const url = `/v1/domains/${domain.id}`;
  const create = () => service.send({ method: 'POST', url: `${url}/keys`, body: {} });
  equal((await create()).json.data.selector, 'autosend2');
  const [first, second] = await serveKeys(dns, service, domain);
  publishDomain(dns, domain, [...listRecords(domain).filter(({ type }) => type !== 'CNAME'), first, second]);
  const readStages = async () =>
    Object.fromEntries(
      (
        await service.query<{ selector: string; stage: string }>(
          'select selector, stage from dkim_keys where domain_id = $1',
          [domain.id],
        )
      ).map(({ selector, stage }) => [selector, stage]),
    );
  return { id: domain.id, url, create, readStages };
}

it('signing does not go back to a retired key, though servers still show it: its record is being replaced', async () => {
  const { id, url, readStages } = await addWithNextKey('retired.example.com');
  for (const [selector, stage] of [
    ['autosend1', 'retired'],
    ['autosend2', 'active'],
  ])
    await service.query('update dkim_keys set stage = $3 where domain_id = $1 and selector = $2', [
      id,
      selector,
      stage,
    ]);
  const { status, json } = await service.send({ method: 'POST', url: `${url}/keys/autosend1/activate` });
  deepEqual([status, json.error?.code], [409, 'KEY_NOT_PUBLISHED']);
  match(json.error.message, /no longer published/);
  deepEqual(await readStages(), { autosend1: 'retired', autosend2: 'active' });
});

it('signing does not move to a key that took the place of the one that was asked for while DNS was queried', async () => {
  const { id, url, create, readStages } = await addWithNextKey('replaced.example.com');
  await service.query("update dkim_keys set published_at = '2000-01-01' where domain_id = $1 and stage = 'pending'", [
    id,
  ]);
  const readNext = async () =>
    (
      await service.query<{ id: string }>("select id from dkim_keys where domain_id = $1 and stage = 'pending'", [id])
    )[0]?.id;
  const asked = await readNext();
  const { ctx, project } = service;
  const lookupAll: typeof ctx.dns.lookupAll = async (...given) => {
    equal((await service.send({ method: 'POST', url: `${url}/keys/autosend2/revoke` })).status, 200);
    equal((await create()).status, 201);
    return ctx.dns.lookupAll(...given);
  };
  await rejects(activateKey({ ...ctx, dns: { ...ctx.dns, lookupAll } }, project.id, id, 'autosend2'), {
    code: 'KEY_NOT_PUBLISHED',
  });
  notEqual(await readNext(), asked);
  deepEqual(await readStages(), { autosend1: 'active', autosend2: 'pending' });
});
