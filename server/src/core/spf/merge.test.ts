import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mergeSpfRecords } from './merge.ts';
import { parseSpfRecord } from './record.ts';

describe('the one record to publish in place of several', () => {
  const own = 'include:amazonses.com';
  const cases: readonly (readonly [why: string, records: readonly string[], merged: string])[] = [
    ['nothing but ours', [], 'v=spf1 include:amazonses.com ~all'],
    [
      'ours comes first and once, the others stay',
      ['v=spf1 include:AmazonSES.com. ~all', 'v=spf1 mx include:_spf.google.com ~all'],
      'v=spf1 include:amazonses.com mx include:_spf.google.com ~all',
    ],
    ['all records say -all', ['v=spf1 mx -all', 'v=spf1 a -all'], 'v=spf1 include:amazonses.com mx a -all'],
    ['one record is softer', ['v=spf1 mx -all', 'v=spf1 a ?all'], 'v=spf1 include:amazonses.com mx a ~all'],
    ['+all is never kept', ['v=spf1 mx +all'], 'v=spf1 include:amazonses.com mx ~all'],
    ['ours with another qualifier', ['v=spf1 -include:amazonses.com mx -all'], 'v=spf1 include:amazonses.com mx -all'],
    ['what stands behind all', ['v=spf1 mx ~all include:x.com a'], 'v=spf1 include:amazonses.com mx ~all'],
    ['ours behind all', ['v=spf1 mx ~all include:amazonses.com'], 'v=spf1 include:amazonses.com mx ~all'],
    ['a redirect becomes an include', ['v=spf1 redirect=x.com'], 'v=spf1 include:amazonses.com include:x.com ~all'],
    ['a redirect beside all had no effect', ['v=spf1 a ~all redirect=x.com'], 'v=spf1 include:amazonses.com a ~all'],
    ['wrong terms are left out', ['v=spf1 ipv4:1.2.3.4 a:\u0001 mx ~all;'], 'v=spf1 include:amazonses.com mx ~all'],
    [
      'one explanation and other modifiers are kept',
      ['v=spf1 exp=a.example.com -all', 'v=spf1 exp=b.example.com x=y -all'],
      'v=spf1 include:amazonses.com -all exp=a.example.com x=y',
    ],
  ];
  for (const [why, records, merged] of cases)
    it(why, () => {
      assert.equal(mergeSpfRecords(records, own), merged);
      assert.equal(parseSpfRecord(merged).ok, true);
    });
});
