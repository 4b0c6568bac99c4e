import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestApp, type TestApp } from '../../support/app.ts';

const COUNT = 25;
let service: TestApp;
before(async () => {
  service = await createTestApp(import.meta.url);
  for (let n = 0; n < COUNT; n += 1) {
    // Five domains share each moment: the order must hold where the times do not tell.
    if (n % 5 === 0) service.clock.advance(1_000);
    const regionKey = n % 3 === 0 ? 'eu-west-1' : 'us-east-1';
    const body = { domain: `d${n}.${n % 2 === 0 ? 'even' : 'odd'}.example.com`, regionKey };
    assert.equal((await service.send({ method: 'POST', url: '/v1/domains', body })).status, 201);
  }
});
after(() => service.close());

interface Page {
  readonly domains: readonly { id: string; domainName: string; createdAt: string; regionKey: string }[];
  readonly nextCursor?: string;
}

async function getPage(query: string): Promise<Page> {
  const { status, text, json } = await service.send({ url: `/v1/domains${query}` });
  assert.equal(status, 200, text);
  return json.data;
}

async function getAllPages(limit: number, filter = ''): Promise<Page[]> {
  const pages: Page[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined; cursor = pages.at(-1)?.nextCursor)
    pages.push(await getPage(`?limit=${limit}${filter}${cursor && `&cursor=${cursor}`}`));
  return pages;
}

test('without a query all domains come, newest first, and no nextCursor', async () => {
  const page = await getPage('');
  assert.deepEqual(Object.keys(page), ['domains']);
  assert.equal(page.domains.length, COUNT);
  const times = page.domains.map(({ createdAt }) => createdAt);
  assert.deepEqual(times, [...times].sort().reverse());
});

test('pages of every size show each domain once, in the order of the whole list, ties included', async () => {
  const whole = (await getPage('')).domains;
  for (const limit of [1, 4, 5, 7, 24, 25, 26, 1000]) {
    const pages = await getAllPages(limit);
    assert.deepEqual(
      pages.flatMap(({ domains }) => domains),
      whole,
      `limit ${limit}`,
    );
    assert.equal(pages.length, Math.ceil(COUNT / limit), `limit ${limit}`);
    assert.ok(pages.slice(0, -1).every(({ domains }) => domains.length === limit));
    assert.ok(!('nextCursor' in (pages.at(-1) ?? {})));
  }
});

test('a domain that is added or deleted between two pages moves no other', async () => {
  const { key } = await service.createProject();
  const names: string[] = [];
  for (const name of ['a', 'b', 'c', 'd']) {
    service.clock.advance(1_000);
    names.unshift((await service.addDomain(`${name}.example.net`, key)).domainName);
  }
  const first = (await service.send({ url: '/v1/domains?limit=2', key })).json.data;
  service.clock.advance(1_000);
  await service.addDomain('new.example.net', key);
  await service.send({ method: 'DELETE', url: `/v1/domains/${first.domains[1].id}`, key });
  const second = (await service.send({ url: `/v1/domains?limit=2&cursor=${first.nextCursor}`, key })).json.data;
  assert.deepEqual(
    [...first.domains, ...second.domains].map(({ domainName }) => domainName),
    names,
  );
});

test('filters choose by status, region and a part of the name, and go together with paging', async () => {
  const whole = (await getPage('')).domains;
  const euOdd = whole.filter(({ domainName, regionKey }) => domainName.includes('.odd.') && regionKey === 'eu-west-1');
  assert.ok(euOdd.length > 2);
  const pages = await getAllPages(2, '&regionKey=eu-west-1&search=.OdD.&status=PENDING_CONFIGURATION');
  assert.deepEqual(
    pages.flatMap(({ domains }) => domains),
    euOdd,
  );
  for (const query of [
    '?status=VERIFIED',
    '?regionKey=nowhere',
    '?search=no-such',
    '?search=%25',
    '?search=d_.',
    '?search=%5C',
  ])
    assert.deepEqual(await getPage(query), { domains: [] }, query);
});

test('a search finds an international name by what its owner types', async () => {
  const { key } = await service.createProject();
  await service.addDomain('bücher.example.net', key);
  for (const search of ['xn--bcher', 'XN--BCHER', '.example.'])
    assert.equal(
      (await service.send({ url: `/v1/domains?search=${search}`, key })).json.data.domains.length,
      1,
      search,
    );
});

test('what the list cannot read is 400 and names the field', async () => {
  const cursorOf = (text: string) => Buffer.from(text).toString('base64url');
  const id = 'f'.repeat(24);
  const cases: [query: string, field: string][] = [
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=', 'limit'],
    ['limit=5&limit=6', 'limit'],
    ['cursor=', 'cursor'],
    ['cursor=nonsense', 'cursor'],
    [`cursor=${cursorOf(`1.${id}x`)}`, 'cursor'],
    [`cursor=${cursorOf(`999999999999999.${'z'.repeat(24)}`)}`, 'cursor'],
    [`cursor=${cursorOf(`-1.${id}`)}`, 'cursor'],
    [`cursor=${cursorOf("1.' or 1=1")}`, 'cursor'],
    [`cursor=${'a'.repeat(201)}`, 'cursor'],
    ['cursor=a&cursor=b', 'cursor'],
    ['status=verified', 'status'],
    ['status=', 'status'],
    ['regionKey=a&regionKey=b', 'regionKey'],
    ['regionKey=%00', 'regionKey'],
    ['search=', 'search'],
    ['search=%00', 'search'],
    [`search=${'a'.repeat(254)}`, 'search'],
    ['offset=3', 'offset'],
  ];
  for (const [query, field] of cases) {
    const { status, json } = await service.send({ url: `/v1/domains?${query}` });
    assert.equal(status, 400, query);
    assert.equal(json.error.details[0].field, field, query);
  }
});

test('a cursor with a time that no database can hold is 400, or a page, and never worse', async () => {
  for (const milliseconds of ['0', '8640000000000000', '999999999999999', '253402300800000']) {
    const cursor = Buffer.from(`${milliseconds}.${'f'.repeat(24)}`).toString('base64url');
    const { status, text } = await service.send({ url: `/v1/domains?cursor=${cursor}` });
    assert.ok(status === 200 || status === 400, `${milliseconds}: ${text}`);
  }
});
