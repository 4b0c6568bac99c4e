import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Absent, LookupResult, Question } from '../../core/answers/dns-answer.ts';
import type { DomainId, DomainName, ProjectId } from '../../core/ids.ts';
import type { Step } from '../../core/judgement/judgement.ts';
import { startBudget } from '../../dns/budget.ts';
import { observeKey } from '../keys/key-observation.ts';
import { feedRule } from './feed-rule.ts';
import { createMeters } from './meters.ts';
import { NO_CHECK_LIMITS } from './no-check-limits.ts';

const ABSENT: Absent = {
  outcome: 'absent',
  reason: 'nxdomain',
  negativeTtlSeconds: 60,
  source: { server: 'ns1.example.com', address: '192.0.2.53', via: 'authoritative', rttMs: 1 },
};

/** DNS in which nothing is there, with a note of what was asked and how many questions were under way at most. */
function startEmptyDns() {
  const asked: string[] = [];
  const metered: string[] = [];
  let underWay = 0;
  let mostUnderWay = 0;
  const meters = createMeters();
  meters.listen({ onAnswer: ({ outcome }) => void metered.push(outcome) });
  const lookup = async (question: Question): Promise<LookupResult> => {
    asked.push(question.name);
    underWay += 1;
    mostUnderWay = Math.max(mostUnderWay, underWay);
    await Promise.resolve();
    underWay -= 1;
    return { question, aliases: [], zone: undefined, answers: [ABSENT] };
  };
  const unused = () => Promise.reject(new Error('Nobody asks for that here.'));
  const lookupAll = (questions: readonly Question[]) => Promise.all(questions.map(lookup));
  const dns = { startBudget, lookup, lookupAll, askServer: unused, close: unused };
  return { dns, meters, asked, metered, mostUnderWay: () => mostUnderWay };
}

const ask = (...names: string[]): Step<number> => ({
  done: false,
  ask: names.map((name) => ({ name, type: 'TXT', servers: 'every' })),
});

test('the questions of one round are asked at the same time, and every answer is measured', async () => {
  const world = startEmptyDns();
  const lookups = new Map<string, LookupResult>();
  const feed = { lookups, budget: startBudget(), startAt: 'example.com' };
  const value = await feedRule(world, feed, () =>
    lookups.size === 0 ? ask('a.example.com', 'b.example.com') : { done: true, value: lookups.size },
  );
  assert.deepEqual([value, world.mostUnderWay(), world.metered.length], [2, 2, 2]);
});

test('a rule that never stops asking is an error, not a loop without end', async () => {
  const world = startEmptyDns();
  const feed = { lookups: new Map(), budget: startBudget(), startAt: 'example.com' };
  await assert.rejects(
    feedRule(world, feed, () => ask(`${world.asked.length}.example.com`)),
    /more than 24 rounds for example\.com/,
  );
  assert.equal(world.asked.length, 24);
});

test('the check of a single key is measured like any other', async () => {
  const world = startEmptyDns();
  const key = { domainName: 'example.com', selector: 's1', algorithm: 'rsa-2048', publicKey: 'AAAA' } as const;
  const { observation } = await observeKey(
    { ...world, stopping: new AbortController().signal, checkLimits: NO_CHECK_LIMITS },
    { id: 'd' as DomainId, projectId: 'p' as ProjectId, name: 'example.com' as DomainName, status: 'VERIFIED' },
    key,
  );
  assert.deepEqual([observation, world.asked, world.metered], ['nowhere', ['s1._domainkey.example.com'], ['absent']]);
});
