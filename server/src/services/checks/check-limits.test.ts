import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHECK_ALLOWANCES, EXPECTED_QUESTIONS } from '../../core/access/check-allowances.ts';
import type { Clock } from '../../core/clock.ts';
import type { DomainId, DomainName, ProjectId } from '../../core/ids.ts';
import type { Database } from '../../db/client.ts';
import { createCheckLimits } from './check-limits.ts';

/** A database in which nobody has proved anything. */
const found = { limit: async () => [] };
const nothing = { select: () => ({ from: () => ({ where: () => found }) }) };

function start() {
  let now = 0;
  const clock: Clock = { now: () => new Date(now), monotonicMs: () => now, sleep: async () => undefined };
  const limits = createCheckLimits({ db: nothing as unknown as Database, clock });
  const advance = (ms: number) => {
    now += ms;
  };
  return { limits, advance };
}
const domain = (
  name: string,
  project = 'p',
  status: 'VERIFIED' | 'PENDING_CONFIGURATION' = 'PENDING_CONFIGURATION',
) => ({
  id: `${project} ${name}` as DomainId,
  projectId: project as ProjectId,
  name: name as DomainName,
  status,
});

test('a verified domain may be checked 20 times at once, then once in five seconds', async () => {
  const { limits, advance } = start();
  const ask = async () => (await limits.admit(domain('example.com', 'p', 'VERIFIED'), 'asked')).retryAfterSeconds;
  for (let n = 0; n < 20; n += 1) assert.equal(await ask(), null);
  assert.equal(await ask(), 5);
  advance(5_000);
  assert.deepEqual([await ask(), await ask()], [null, 5]);
});

test('a project may have 100 checks at once, then 10 in a second, over all of its domains', async () => {
  const { limits, advance } = start();
  let n = 0;
  const ask = async () =>
    (await limits.admit(domain(`d${n++}.example.com`, 'p', 'VERIFIED'), 'asked')).retryAfterSeconds;
  while (n < 100) assert.equal(await ask(), null);
  assert.equal(await ask(), 1);
  advance(1_000);
  for (let left = 10; left > 0; left -= 1) assert.equal(await ask(), null);
  assert.equal(await ask(), 1);
});

test('what is due is not counted against a project, and that of verified domains not at all', async () => {
  const { limits } = start();
  for (let n = 0; n < 1_000; n += 1)
    assert.equal((await limits.admit(domain('example.com', 'p', 'VERIFIED'), 'due')).retryAfterSeconds, null);
});

test('about a name that nobody has proved 50 questions go out in a second, and each project has a check in ten seconds', async () => {
  const { limits, advance } = start();
  const { perSecond, capacity } = CHECK_ALLOWANCES.registrable;
  let asked = 0;
  const lastOf = new Map<string, number>();
  for (let second = 0; second < 60; second += 1) {
    for (const project of ['a', 'b', 'c'])
      for (let n = 0; n < 10; n += 1) {
        const name = `d${second}-${n}.example.com`;
        const { retryAfterSeconds, settle } = await limits.admit(domain(name, project), n % 2 ? 'due' : 'asked');
        if (retryAfterSeconds !== null) continue;
        settle(40);
        asked += 40;
        lastOf.set(project, second);
      }
    for (const [project, last] of lastOf) assert.ok(second - last <= 10, `${project} waited ${second - last} s`);
    advance(1_000);
  }
  // Three projects' own checks are taken out of the same allowance.
  assert.ok(asked <= capacity + 60 * perSecond + 3 * EXPECTED_QUESTIONS, `${asked} questions in a minute`);
});

test('a share link has one check in five seconds', () => {
  const { limits, advance } = start();
  assert.deepEqual([limits.admitLink('l'), limits.admitLink('l'), limits.admitLink('m')], [null, 5, null]);
  advance(5_000);
  assert.equal(limits.admitLink('l'), null);
});
