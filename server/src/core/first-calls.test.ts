import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatCallPath, isInFirstScript, listFirstCalls } from './first-calls.ts';

const urlsOf = (path: string, last: string | null = null) =>
  listFirstCalls(path, last).map(({ call, params, query }) => formatCallPath(call.slice(4), params, query));

const session = '/api/session';
for (const { path, last, urls } of [
  { path: '/', last: null, urls: [session] },
  { path: '/', last: 'p1', urls: [session, '/api/projects/p1/domains?limit=50', '/api/projects/p1/domains/counts'] },
  { path: '/account', last: 'p1', urls: [session] },
  {
    path: '/projects/p2/domains',
    last: 'p1',
    urls: [session, '/api/projects/p2/domains?limit=50', '/api/projects/p2/domains/counts'],
  },
  { path: '/projects/p2/members', last: 'p1', urls: [session] },
  { path: '/projects', last: 'p1', urls: [session] },
  {
    path: '/projects/p2/domains/d3',
    last: null,
    urls: [
      session,
      '/api/projects/p2/domains/d3',
      '/api/projects/p2/domains/d3/diagnostics',
      '/api/projects/p2/domains/d3/events',
    ],
  },
  { path: '/projects/p2/domains/d3/more', last: null, urls: [session] },
  { path: '/share/share_x', last: 'p1', urls: ['/api/share/share_x', '/api/share/share_x/diagnostics'] },
  { path: '/share', last: 'p1', urls: [] },
  { path: '/share/a/b', last: 'p1', urls: [] },
  { path: '/sign-in', last: 'p1', urls: [] },
  { path: '/setup', last: 'p1', urls: [] },
])
  test(`the page at ${path} (last project ${last}) brings ${urls.length} answers along`, () => {
    assert.deepEqual(urlsOf(path, last), urls);
  });

test('what stands in an address is no part of a path or a query', () => {
  assert.equal(
    formatCallPath('/a/:b/c', { b: '../x?y#z' }, { d: '1&e=2', f: undefined, g: '' }),
    '/a/..%2Fx%3Fy%23z/c?d=1%26e%3D2',
  );
});

test('the lists of domains come with the first script, every other page with the second', () => {
  for (const path of ['/', '/domains', '/domains/', '/projects/p2/domains', '/projects/p2/domains/'])
    assert.equal(isInFirstScript(path), true, path);
  for (const path of [
    '/setup',
    '/share/s1',
    '/projects/p2/domains/d3',
    '/projects/p2/members',
    '/account',
    '//domains',
  ])
    assert.equal(isInFirstScript(path), false, path);
});
