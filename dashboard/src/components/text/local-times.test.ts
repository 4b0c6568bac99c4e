import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localizeTimes } from './local-times.ts';

const inTokyo = (at: Date) =>
  at.toLocaleTimeString('en-GB', { timeZone: 'Asia/Tokyo', hour: '2-digit', minute: '2-digit' });

for (const [text, local] of [
  ['until 12:57 UTC at the latest.', 'until 21:57 at the latest.'],
  ['We asked at 23:30 UTC. We’ll try again at 00:05 UTC.', 'We asked at 08:30. We’ll try again at 09:05.'],
  ['no time at all', 'no time at all'],
  ['24:00 UTC and 12:60 UTC and 12:00 UTCX are none', '24:00 UTC and 12:60 UTC and 12:00 UTCX are none'],
] as const)
  test(`a sentence has the times of the device: ${text}`, () => {
    assert.equal(localizeTimes(text, inTokyo), local);
  });
