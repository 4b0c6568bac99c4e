import { equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer, LookupResult, ZoneOfName } from '../../core/answers/dns-answer.ts';
import { AT_RECORD } from '../../core/answers/failure.ts';
import { findHeldZone } from './held-zone.ts';

const SOURCE = { server: 'ns1.example.com', address: '192.0.2.53', via: 'authoritative', rttMs: 1 } as const;
const ABSENT: Answer = { outcome: 'absent', reason: 'nodata', negativeTtlSeconds: 60, source: SOURCE };
const FAILED: Answer = {
  outcome: 'failed',
  reason: 'timeout',
  kind: 'silent',
  transport: 'udp',
  step: AT_RECORD,
  source: SOURCE,
};
const zoneOf = (name: string): ZoneOfName => ({ name, nameservers: [], dnssec: 'unsigned' });

function look(zone: string, rest: Partial<LookupResult> = {}): LookupResult {
  const question = { name: 'x.mail.example.com', type: 'TXT', servers: 'any' } as const;
  return { question, aliases: [], zone: zoneOf(zone), answers: [ABSENT], ...rest };
}

describe('the zone that holds the names of a domain', () => {
  const find = (...results: LookupResult[]) => findHeldZone('mail.example.com', results);

  it('is the one that holds most of them, and never that of a registry', () => {
    equal(find(look('example.com'), look('mail.example.com'), look('mail.example.com')), 'mail.example.com');
    equal(find(look('com')), null);
  });

  it('is the one with the alias, whoever answers behind it', () => {
    const alias = { aliases: ['a.example.net'], askedZone: zoneOf('example.com'), answers: [FAILED] };
    equal(find(look('example.net', alias)), 'example.com');
  });

  it('is not a zone above, up to which a search came that nobody answered', () => {
    const silent = look('example.com', { answers: [FAILED] });
    equal(find(silent, silent), null);
    equal(find(silent, silent, look('mail.example.com')), 'mail.example.com');
  });
});
