import { deepEqual, throws } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Application, ApplyError, applyTemplate, type HeldRecord, type RawRecord } from './apply-template.ts';

const AT_APEX: Application = { domain: 'example.com', host: '', groups: [], parameters: new Map() };
const apply = (records: readonly RawRecord[], zone: readonly HeldRecord[], change: Partial<Application> = {}) =>
  applyTemplate({ records }, { ...AT_APEX, ...change }, zone);
const txt = (name: string, value: string): HeldRecord => ({ name, type: 'TXT', value });

describe('the rules by which the stub provider applies templates', () => {
  // "Example: DNS Zone merging".
  it('merge a zone as the specification shows it', () => {
    const mx = (value: string): HeldRecord => ({ name: 'example.com', type: 'MX', value, priority: 10 });
    const zone: HeldRecord[] = [
      { name: 'example.com', type: 'NS', value: 'ns11.example.net' },
      { name: 'example.com', type: 'A', value: '192.0.2.1' },
      { name: 'example.com', type: 'A', value: '192.0.2.2' },
      { name: 'example.com', type: 'AAAA', value: '2001:db8:1234::' },
      mx('mx1.example.net'),
      mx('mx2.example.net'),
      txt('example.com', 'v=spf1 a include:spf.example.org ~all'),
      { name: 'www.example.com', type: 'CNAME', value: 'other.host.example' },
    ];
    const template = [
      { type: 'A', host: '@', pointsTo: '203.0.113.2', ttl: '1800' },
      { type: 'A', host: 'www', pointsTo: '203.0.113.2', ttl: '1800' },
      { type: 'SPFM', host: '@', spfRules: 'a include:spf.hoster.example' },
    ];
    deepEqual(apply(template, zone), [
      { name: 'example.com', type: 'NS', value: 'ns11.example.net' },
      mx('mx1.example.net'),
      mx('mx2.example.net'),
      { name: 'example.com', type: 'A', value: '203.0.113.2' },
      { name: 'www.example.com', type: 'A', value: '203.0.113.2' },
      txt('example.com', 'v=spf1 a include:spf.example.org include:spf.hoster.example ~all'),
    ]);
  });

  // "Example: SPF Record Merging", and the least restrictive `all` of two.
  it('merge SPF one service after the other', () => {
    const first = apply([{ type: 'SPFM', host: '@', spfRules: 'a include:spf.example.net' }], []);
    deepEqual(first, [txt('example.com', 'v=spf1 a include:spf.example.net ~all')]);
    deepEqual(apply([{ type: 'SPFM', host: '@', spfRules: 'include:_spf.newsletter.example' }], first), [
      txt('example.com', 'v=spf1 a include:spf.example.net include:_spf.newsletter.example ~all'),
    ]);
    const strict = [txt('example.com', 'v=spf1 include:spf.mailer1.example -all')];
    deepEqual(apply([{ type: 'SPFM', host: '@', spfRules: 'include:x.example' }], strict), [
      txt('example.com', 'v=spf1 include:spf.mailer1.example include:x.example ~all'),
    ]);
    const two = [txt('example.com', 'v=spf1 -all'), txt('example.com', 'v=spf1 ~all')];
    throws(() => apply([{ type: 'SPFM', host: '@', spfRules: 'a' }], two), ApplyError);
  });

  // "Variable Examples".
  it('take names relative to the host that the template is applied to', () => {
    const template = [
      { type: 'CNAME', host: 'www', pointsTo: '@', ttl: 1800 },
      { type: 'A', host: '@', pointsTo: '192.0.2.1', ttl: 1800 },
      { type: 'TXT', host: 'x.example.net.', data: '%fqdn% %host% %domain%', ttl: 1800 },
    ];
    deepEqual(apply(template, [], { host: 'bar' }), [
      { name: 'www.bar.example.com', type: 'CNAME', value: 'bar.example.com' },
      { name: 'bar.example.com', type: 'A', value: '192.0.2.1' },
      txt('x.example.net', 'bar.example.com bar example.com'),
    ]);
  });

  it('replace TXT records by their mode only', () => {
    const zone = [txt('a.example.com', 'v=DKIM1; p=A'), txt('a.example.com', 'other')];
    const row = (txtConflictMatchingMode?: string) => [
      { type: 'TXT', host: 'a', data: 'new', ttl: 60, txtConflictMatchingMode, txtConflictMatchingPrefix: 'v=DKIM1' },
    ];
    const made = txt('a.example.com', 'new');
    deepEqual(apply(row(), zone), [...zone, made]);
    deepEqual(apply(row('None'), zone), [...zone, made]);
    deepEqual(apply(row('All'), zone), [made]);
    deepEqual(apply(row('Prefix'), zone), [txt('a.example.com', 'other'), made]);
  });

  it('apply the groups that are named, and nothing where a variable has no value', () => {
    const template = [
      { type: 'TXT', host: 'a', data: '%one%', ttl: 60, groupId: 'a' },
      { type: 'TXT', host: 'b', data: 'x', ttl: 60, groupId: 'b' },
      { type: 'TXT', host: 'c', data: 'x', ttl: 60 },
    ];
    deepEqual(apply(template, [], { groups: ['b'] }), [txt('b.example.com', 'x'), txt('c.example.com', 'x')]);
    throws(() => apply(template, [], { groups: ['a'] }), ApplyError);
    throws(() => apply(template, [], { groups: ['a'], parameters: new Map([['ONE', 'x']]) }), ApplyError);
    const [made] = apply(template, [], { groups: ['a'], parameters: new Map([['one', 'x']]) });
    deepEqual(made, txt('a.example.com', 'x'));
  });
});
