import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AutosendDomains } from './client.ts';

const NOW = '2026-01-15T13:00:00.000Z';

test('the clock of a test project is moved in as many calls as it takes, and the sum is told', async () => {
  const asked: unknown[] = [];
  const remaining = [3000, 1000, 0];
  const fetch: typeof globalThis.fetch = async (url, { body } = {}) => {
    asked.push([String(url), JSON.parse(String(body))]);
    const remainingSeconds = remaining.shift();
    const data = { seconds: 1, remainingSeconds, now: NOW, checks: 2, deliveries: 3, events: 4 };
    return Response.json({ success: true, data });
  };
  const client = new AutosendDomains({ apiKey: 'as_test_key', baseUrl: 'https://domains.example.com', fetch });
  const sum = { seconds: 5000, remainingSeconds: 0, now: NOW, checks: 6, deliveries: 9, events: 12 };
  assert.deepEqual(await client.test.advance(5000), sum);
  const url = 'https://domains.example.com/v1/test/advance';
  assert.deepEqual(asked, [
    [url, { seconds: 5000 }],
    [url, { seconds: 3000 }],
    [url, { seconds: 1000 }],
  ]);
});
