import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { DiagnosticsObject } from '../../src/wire/diagnostics.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { explainMissing } from '../support/daemon.ts';
import { findingsAt } from '../support/dns/findings.ts';
import { askTxt, findSharedPort } from '../support/dns/real-name-servers.ts';
import { AT, type CustomerZone, PRIVATE_NETWORK, startHosts } from './verdicts/host.ts';
import { NEVER_VERIFIED } from './verdicts/never-verified.ts';
import { buildWorld, type RowWorld, type VerdictRow } from './verdicts/row.ts';
import { SEEN_BY_RECEIVERS } from './verdicts/seen-by-receivers.ts';
import { TOLD_AS_IT_IS } from './verdicts/told-as-it-is.ts';

/** A row with its domain, whose zone Knot holds. */
interface Customer {
  readonly row: VerdictRow;
  readonly id: string;
  readonly world: RowWorld;
}

const ROWS = [...NEVER_VERIFIED, ...SEEN_BY_RECEIVERS, ...TOLD_AS_IT_IS];

describe('verdicts, as a customer on Knot meets them', { skip: explainMissing(['knotd', 'nsd', 'unbound']) }, () => {
  let service: TestApp;
  const customers = new Map<string, Customer>();
  const cleanUp: (() => Promise<unknown>)[] = [];

  before(async () => {
    const port = await findSharedPort(Object.values(AT));
    service = await createTestApp(import.meta.url, {
      variables: {
        DNS_SERVERS: `${AT.resolver}:${port}`,
        DNS_AUTHORITATIVE_PORT: String(port),
        DNS_DENY: PRIVATE_NETWORK,
      },
    });
    cleanUp.push(service.close);
    for (const [index, row] of ROWS.entries()) {
      const zone = `customer${index}.com`;
      const domain = await service.addDomain(row.subdomain ? `${row.subdomain}.${zone}` : zone);
      customers.set(row.guarantee, { row, id: domain.id, world: buildWorld(domain, zone) });
    }
    const hosts = await startHosts(port, [...customers.values()].map(toZone));
    cleanUp.push(hosts.stop);
    // A cache in place of a name server has what somebody asked it for before.
    for (const { row, world } of customers.values())
      if (row.setup === 'without_authority')
        for (const { name, type } of world.shown) if (type === 'TXT') await askTxt(hosts.cache, name);
  });

  after(async () => {
    for (const undo of cleanUp.reverse()) await undo();
  });

  for (const { guarantee } of ROWS)
    test(guarantee, async () => {
      const customer = customers.get(guarantee);
      assert.ok(customer);
      const { row, id } = customer;
      if (row.isVerified !== undefined) {
        await service.send({ method: 'POST', url: `/v1/domains/${id}/verify` });
        await service.ctx.background.drain();
        const { json } = await service.send({ url: `/v1/domains/${id}` });
        assert.equal(json.data.verificationStatus === 'VERIFIED', row.isVerified, json.data.verificationStatus);
      }
      const query = row.isVerified === undefined ? '?refresh=true' : '';
      const { json } = await service.send({ url: `/v1/domains/${id}/diagnostics${query}` });
      expectTold(json.data, row);
    });
});

/** What each place is told, and that what is told fits on a phone. */
function expectTold(seen: DiagnosticsObject, { told }: VerdictRow): void {
  const places = Object.keys(told) as (keyof typeof told)[];
  const codes = places.map((place) => [place, findingsAt(seen, place).map(({ code }) => code)]);
  assert.deepEqual(Object.fromEntries(codes), told);
  for (const { title, detail, fix, copy } of [...seen.findings, ...seen.records.flatMap(({ findings }) => findings)]) {
    assert.ok(title.length <= 60, title);
    assert.ok(detail.length <= 420, detail);
    assert.ok(fix === null || fix.length <= 320, `${fix}`);
    assert.doesNotMatch(`${title} ${detail} ${fix}`, new RegExp(AT.resolver.replaceAll('.', '\\.')));
    if (copy) assert.doesNotMatch(copy.value, /…/);
  }
}

function toZone({ row, world }: Customer): CustomerZone {
  const lines = row.lines(world);
  const isFiltered = lines.some(({ type, value }) => type === 'NS' && value === 'ns.filtered.net');
  const keys = world.shown.filter(({ name }) => name === world.name.dkim);
  const elsewhere = row.elsewhere?.(world);
  return { name: world.zone, setup: row.setup, lines, ...(elsewhere && { elsewhere }), ...(isFiltered && { keys }) };
}
