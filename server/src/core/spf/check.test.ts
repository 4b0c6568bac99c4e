import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Answer, DnsRecord, LookupResult, Question } from '../answers/dns-answer.ts';
import { questionKey } from '../answers/dns-answer.ts';
import { AT_RECORD } from '../answers/failure.ts';
import { excerptsOf } from '../answers/quote-found.ts';
import type { Judgement, Undecided } from '../judgement/judgement.ts';
import { checkSpf, findOwnMechanism } from './check.ts';

const OWN = 'include:amazonses.com';
const NAME = 'send.example.com';

type Zone = Readonly<Record<string, 'failed' | readonly DnsRecord[]>>;

describe('a MAIL FROM SPF record is judged for its owner', () => {
  const zone: Zone = {
    'TXT x.com': txt('v=spf1 ip4:192.0.2.1 ~all'),
    'TXT holds-ours.com': txt('v=spf1 mx include:amazonses.com -all'),
    'TXT denies-ours.com': txt('v=spf1 -include:amazonses.com ~all'),
    'TXT everyone.com': txt('v=spf1 mx +all'),
    'TXT wide.com': txt('v=spf1 include:everyone.com -all'),
    'TXT early.com': txt('v=spf1 -all include:amazonses.com'),
    'TXT denied.com': txt('v=spf1 -ip4:0.0.0.0/0 include:amazonses.com ~all'),
    'TXT two.com': txt('v=spf1 -all', 'v=spf1 mx -all'),
    'TXT text.com': txt('hello'),
    'TXT bad.com': txt('v=spf1 -all ipv4:1.2.3.4'),
    'TXT five.com': txt('v=spf1 ptr ptr ptr ptr ptr -all'),
    'TXT loop.com': txt('v=spf1 include:loop.com ~all'),
    'TXT back.com': txt('v=spf1 include:send.example.com ~all'),
    'TXT down.com': 'failed',
    'A down.com': 'failed',
    'MX down.com': 'failed',
    'MX x.com': mx(1),
    'MX everyone.com': mx(1),
    'MX holds-ours.com': mx(1),
    'MX ten.com': mx(10),
    'MX eleven.com': mx(11),
    'TXT nets.com': txt('v=spf1 ip4:0.0.0.0/0 ip6:::/0 -all'),
    'MX mail.com': [{ type: 'MX', preference: 10, exchange: 'host.com' }],
    'MX ghosts.com': [1, 2, 3].map((at) => ({ type: 'MX', preference: at, exchange: `ghost${at}.com` })),
    'A 192.0.2.1.wild.com': [{ type: 'A', address: '127.0.0.2' }],
    'A host.com': [{ type: 'A', address: '192.0.2.1' }],
    'A host2.com': [{ type: 'A', address: '192.0.2.2' }],
    'A host3.com': [{ type: 'A', address: '192.0.2.3' }],
    'AAAA host6.com': [{ type: 'AAAA', address: '2001:db8::1' }],
  };
  const cases: readonly (readonly [terms: string, judged: string, facts?: RegExp])[] = [
    // Right, and what makes no difference.
    ['include:amazonses.com ~all', 'verified'],
    ['+Include:AmazonSES.com. -ALL', 'verified'],
    ['include:amazonses.com', 'verified'],
    ['include:amazonses.com ?all', 'verified'],
    ['mx:x.com include:x.com include:amazonses.com ~all', 'verified'],
    ['include:amazonses.com include:amazonses.com ~all', 'verified'],
    ['include:amazonses.com -all +all', 'verified'],
    ['include:amazonses.com ~all redirect=nowhere.com', 'verified'],
    ['include:amazonses.com ~all include:nowhere.com', 'verified'],
    ['include:amazonses.com ~all exp=nowhere.com include=nowhere.com', 'verified'],
    ['redirect=holds-ours.com', 'verified'],
    ['include:holds-ours.com ~all', 'verified'],
    ['include:denies-ours.com include:amazonses.com ~all', 'verified'],
    // Ours is not there, not reached, or does not say pass.
    ['~all', 'mismatched spf_mechanism_missing', /"mechanism":"include:amazonses.com"/],
    ['', 'mismatched spf_mechanism_missing'],
    [
      'include=amazonses.com ~all',
      'mismatched spf_mechanism_missing',
      /"mistyped":"include=amazonses.com".*|"suggestion":"v=spf1 include:amazonses.com ~all"/,
    ],
    [
      'include=amazonses.com ip4=192.0.2.1 ~all',
      'mismatched spf_mechanism_missing',
      /"v=spf1 include:amazonses.com ip4:192.0.2.1 ~all"/,
    ],
    ['include:eu.amazonses.com.example ~all', 'mismatched spf_syntax spf_mechanism_missing'],
    ['~include:amazonses.com -all', 'mismatched spf_mechanism_missing', /"qualifier":"~"/],
    ['-include:amazonses.com include:amazonses.com ~all', 'mismatched spf_mechanism_missing', /"qualifier":"-"/],
    ['?include:holds-ours.com ~all', 'mismatched spf_mechanism_missing', /"qualifier":"\?"/],
    ['include:denies-ours.com ~all', 'mismatched spf_mechanism_missing'],
    [
      '-all include:amazonses.com',
      'mismatched spf_mechanism_after_all',
      /"suggestion":"v=spf1 include:amazonses.com -all"/,
    ],
    ['~all redirect=holds-ours.com', 'mismatched spf_mechanism_missing'],
    // Everyone may send.
    [
      'include:amazonses.com +all',
      'mismatched spf_allows_everyone',
      /"suggestion":"v=spf1 include:amazonses.com ~all"/,
    ],
    ['include:amazonses.com all', 'mismatched spf_allows_everyone'],
    ['+all include:amazonses.com', 'mismatched spf_allows_everyone spf_mechanism_after_all'],
    ['include:amazonses.com include:everyone.com ~all', 'mismatched spf_allows_everyone'],
    ['include:amazonses.com redirect=everyone.com', 'mismatched spf_allows_everyone'],
    ['include:amazonses.com -include:everyone.com +all', 'verified'],
    ['include:amazonses.com ip4:0.0.0.0/0 ~all', 'mismatched spf_allows_everyone', /"leftOut".*"ip4:0.0.0.0\/0"/],
    ['include:amazonses.com ip4:0.0.0.0/1 ip4:128.0.0.0/1 ~all', 'mismatched spf_allows_everyone'],
    ['include:amazonses.com ip6:::/0 ~all', 'mismatched spf_allows_everyone'],
    ['include:amazonses.com ip6:2000::/3 ~all', 'mismatched spf_allows_everyone'],
    ['include:amazonses.com a:host.com/0 ~all', 'mismatched spf_allows_everyone'],
    ['include:amazonses.com a:host6.com//0 ~all', 'mismatched spf_allows_everyone'],
    ['include:amazonses.com mx:mail.com/0 ~all', 'mismatched spf_allows_everyone'],
    ['include:amazonses.com exists:host.com ~all', 'mismatched spf_allows_everyone'],
    ['include:amazonses.com exists:%{d2}.host.com ~all', 'verified'],
    ['include:amazonses.com exists:%{i}.wild.com ~all', 'mismatched spf_allows_everyone'],
    ['include:amazonses.com include:nets.com ~all', 'mismatched spf_allows_everyone'],
    ['include:amazonses.com -ip4:0.0.0.0/0 ip4:0.0.0.0/0 ~all', 'verified'],
    ['include:amazonses.com ip4:10.0.0.0/8 a:host.com/24 ~all', 'verified'],
    ['include:amazonses.com ip4:192.0.2.0/4 ~all', 'mismatched spf_allows_everyone'],
    ['include:amazonses.com ip4:192.0.2.0/5 ~all', 'verified'],
    ['include:amazonses.com ip6:2001:db8::/6 ~all', 'mismatched spf_allows_everyone'],
    // A term before ours turns our mail away.
    ['-ip4:0.0.0.0/0 include:amazonses.com ~all', 'mismatched spf_mechanism_not_reached', /"-ip4:0.0.0.0\/0"|-ip4/],
    ['-ip6:::/0 include:amazonses.com ~all', 'mismatched spf_mechanism_not_reached'],
    ['?ip4:0.0.0.0/1 ~ip4:128.0.0.0/1 include:amazonses.com ~all', 'mismatched spf_mechanism_not_reached'],
    ['-exists:host.com include:amazonses.com ~all', 'mismatched spf_mechanism_not_reached'],
    ['~a:host.com/0 include:amazonses.com ~all', 'mismatched spf_mechanism_not_reached'],
    ['-mx:mail.com/0 include:amazonses.com ~all', 'mismatched spf_mechanism_not_reached'],
    ['-include:nets.com include:amazonses.com ~all', 'mismatched spf_mechanism_not_reached'],
    ['-exists:%{i}.wild.com include:amazonses.com ~all', 'mismatched spf_mechanism_not_reached'],
    ['exists:host.com include:amazonses.com ~all', 'mismatched spf_allows_everyone spf_mechanism_not_reached'],
    ['-ip4:192.0.2.0/24 -a:host.com/16 include:amazonses.com ~all', 'verified'],
    ['-ip4:8.0.0.0/8 include:amazonses.com ~all', 'mismatched spf_mechanism_not_reached'],
    ['-ip4:10.0.0.0/7 include:amazonses.com ~all', 'mismatched spf_mechanism_not_reached'],
    ['-ip6:2000::/4 include:amazonses.com ~all', 'mismatched spf_mechanism_not_reached'],
    [
      '-include:everyone.com include:amazonses.com ~all',
      'mismatched spf_mechanism_not_reached',
      /"-include:everyone.com"/,
    ],
    ['~include:wide.com include:amazonses.com ~all', 'mismatched spf_mechanism_not_reached', /"~include:wide.com"/],
    ['-ip4:0.0.0.0/0 ~all', 'mismatched spf_mechanism_missing'],
    ['-include:everyone.com ~all', 'mismatched spf_mechanism_missing'],
    ['include=amazonses.com -ip4:0.0.0.0/0 ~all', 'mismatched spf_mechanism_missing', /mistyped/],
    [
      '-ip4:0.0.0.0/0 include:amazonses.com include=amazonses.com ~all',
      'mismatched spf_mechanism_not_reached',
      /^(?!.*mistyped)/,
    ],
    // In a record that ours leads to, that record is told.
    [
      'include:early.com -all',
      'mismatched spf_mechanism_after_all',
      /"found":\{"shown":"v=spf1 -all include:amazonses.com".*"at":\{"shown":"early.com"/,
    ],
    ['redirect=early.com', 'mismatched spf_mechanism_after_all', /"at":\{"shown":"early.com"/],
    [
      'redirect=denied.com',
      'mismatched spf_mechanism_not_reached',
      /"at":\{"shown":"denied.com".*"term":\{"shown":"-ip4:0.0.0.0\/0"/,
    ],
    ['-all include:amazonses.com', 'mismatched spf_mechanism_after_all', /^(?!.*"at")/],
    ['include:amazonses.com -ip4:0.0.0.0/0', 'verified'],
    // Nobody on the public internet has such an address.
    ['-ip4:0.0.0.0/8 include:amazonses.com ~all', 'verified'],
    ['-ip4:10.0.0.0/8 include:amazonses.com ~all', 'verified'],
    ['?ip4:10.0.0.0/8 include:amazonses.com ~all', 'verified'],
    ['-ip4:127.0.0.0/8 include:amazonses.com ~all', 'verified'],
    ['-ip4:224.0.0.0/3 -ip6:fc00::/7 -ip6:fe80::/10 -ip6:8000::/1 include:amazonses.com ~all', 'verified'],
    [
      '-ip4:0.0.0.0/8 -ip4:10.0.0.0/8 -ip4:100.64.0.0/10 -ip4:127.0.0.0/8 -ip4:169.254.0.0/16 -ip4:172.16.0.0/12 -ip4:192.168.0.0/16 -ip4:224.0.0.0/3 include:amazonses.com -all',
      'verified',
    ],
    ['include:amazonses.com ip4:10.0.0.0/8 ip4:224.0.0.0/3 ip6:8000::/1 ~all', 'verified'],
    ['redirect=amazonses.com', 'verified'],
    // What receivers cannot evaluate.
    ['include:amazonses.com ~all;', 'mismatched spf_syntax', /"~all;"/],
    ['include:amazonses.com include:bad.com ~all', 'mismatched spf_syntax', /unreadable.*"bad.com".*"ipv4:1.2.3.4"/],
    ['include:amazonses.com include:text.com ~all', 'mismatched spf_syntax', /no_record.*"text.com"/],
    ['include:amazonses.com include:nowhere.com ~all', 'mismatched spf_syntax', /no_record.*"nowhere.com"/],
    ['include:amazonses.com include:two.com ~all', 'mismatched spf_syntax', /several_records.*"two.com".*"count":2/],
    ['include:amazonses.com redirect=nowhere.com', 'mismatched spf_syntax'],
    ['include:amazonses.com include:a..com ~all', 'mismatched spf_syntax', /impossible_name/],
    // 10 look-ups, wherever they stand; ours is one.
    ['include:amazonses.com ptr ptr ptr ptr ptr ptr ptr ptr ptr ~all', 'verified'],
    ['include:amazonses.com ptr ptr ptr ptr ptr ptr ptr ptr ptr ptr -all', 'mismatched spf_too_many_lookups', /"ptr"/],
    ['ptr ptr ptr ptr ptr ptr ptr ptr ptr ptr include:amazonses.com -all', 'mismatched spf_too_many_lookups'],
    ['include:amazonses.com ~all ptr ptr ptr ptr ptr ptr ptr ptr ptr ptr ptr', 'verified'],
    ['include:amazonses.com include:five.com ptr ptr ptr -all', 'verified'],
    ['include:amazonses.com include:five.com ptr ptr ptr ptr -all', 'mismatched spf_too_many_lookups'],
    ['include:amazonses.com include:five.com include:five.com -all', 'mismatched spf_too_many_lookups', /"five.com"/],
    ['include:amazonses.com include:five.com ptr ptr ptr redirect=x.com', 'mismatched spf_too_many_lookups'],
    [`${'exists:%{i}.x.com '.repeat(10)}include:amazonses.com -all`, 'mismatched spf_too_many_lookups'],
    [`${'ip4:192.0.2.1 ip6:::1 '.repeat(50)}include:amazonses.com -all`, 'verified'],
    ['include:amazonses.com include:loop.com ~all', 'mismatched spf_too_many_lookups', /"circle".*\["loop.com"\]/],
    [
      'include:amazonses.com include:back.com ~all',
      'mismatched spf_too_many_lookups',
      /"circle".*\["send.example.com","back.com"\]/,
    ],
    ['include:amazonses.com redirect=send.example.com', 'mismatched spf_too_many_lookups'],
    ['include:amazonses.com redirect=%{d}', 'mismatched spf_too_many_lookups'],
    // 2 void look-ups.
    ['include:amazonses.com a:no1.com mx:no2.com ~all', 'verified'],
    [
      'include:amazonses.com a:no1.com mx:no2.com exists:no3.com ~all',
      'mismatched spf_too_many_lookups',
      /void_lookups.*"count":3/,
    ],
    ['include:amazonses.com a:no1.com mx:no2.com a:host.com a:host6.com ~all', 'verified'],
    ['include:amazonses.com a:no1.com mx:no2.com exists:host6.com ~all', 'mismatched spf_too_many_lookups'],
    ['include:amazonses.com a:no1.com mx:no2.com a:%{i}.no.com exists:%{l}.no.com ~all', 'verified'],
    ['include:amazonses.com a mx a:%{d} ~all', 'mismatched spf_too_many_lookups', /"a".*"mx".*"a:%\{d\}"/],
    // Before ours, each look-up that finds nothing is met by our mail: over IPv4 or IPv6, and whatever a macro stands for.
    [
      'exists:%{i}.a.x.com exists:%{i}.b.x.com exists:%{i}.c.x.com include:amazonses.com ~all',
      'mismatched spf_too_many_lookups',
      /"count":3/,
    ],
    ['exists:%{i}.a.x.com exists:%{i}.b.x.com include:amazonses.com exists:%{i}.c.x.com ~all', 'verified'],
    ['a:host.com a:host2.com a:host3.com include:amazonses.com ~all', 'mismatched spf_too_many_lookups'],
    ['a:host6.com exists:no1.com a:no2.com include:amazonses.com ~all', 'mismatched spf_too_many_lookups'],
    ['mx:ghosts.com include:amazonses.com ~all', 'mismatched spf_too_many_lookups', /"count":3/],
    ['include:amazonses.com mx:ghosts.com ~all', 'verified'],
    // 10 MX records behind one mx.
    ['include:amazonses.com mx:ten.com ~all', 'verified'],
    ['include:amazonses.com mx:eleven.com ~all', 'mismatched spf_too_many_lookups', /mail_servers.*"count":11/],
    // What could not be asked never makes the record wrong, nor right.
    ['include:amazonses.com include:down.com a:down.com mx:down.com exists:down.com ~all', 'verified'],
    ['include:down.com include:amazonses.com ~all', 'verified'],
    ['include:amazonses.com redirect=down.com', 'verified'],
    ['redirect=down.com', 'undecided down.com'],
    ['include:down.com ~all', 'undecided down.com'],
    ['-include:down.com ~all', 'mismatched spf_mechanism_missing'],
    ['include:down.com +all', 'mismatched spf_allows_everyone'],
    ['include:down.com include:nowhere.com ~all', 'mismatched spf_syntax'],
  ];
  for (const [terms, judged, facts] of cases)
    it(`${terms.slice(0, 90)} → ${judged}`, () => {
      const judgement = judge([`v=spf1 ${terms}`], zone);
      assert.equal(formatJudgement(judgement), judged);
      if (facts) assert.match(formatFacts(judgement), facts);
    });
});

describe('which text is the SPF record', () => {
  const right = 'v=spf1 include:amazonses.com ~all';
  const cases: readonly (readonly [txt: readonly string[], judged: string, facts?: RegExp])[] = [
    [[], 'missing record_missing'],
    [['google-site-verification=x', 'spf2.0/pra -all'], 'missing record_missing'],
    [['something else', right], 'verified'],
    [[right, 'v=spf10 +all'], 'verified'],
    [
      [right, 'v=spf1 mx -all'],
      'conflicting spf_multiple',
      /"count":2.*"suggestion":"v=spf1 include:amazonses.com mx ~all"/,
    ],
    [[right, right], 'conflicting spf_multiple'],
    [[right, 'V=SPF1'], 'conflicting spf_multiple'],
    [[`"${right}"`], 'mismatched value_quoted'],
    [[` ${right}`], 'mismatched value_has_spaces'],
    [['v=spf1include:amazonses.com ~all'], 'mismatched value_mismatch'],
    [[`\u00ef\u00bb\u00bf${right}`], 'mismatched value_mismatch', /odd_characters.*65279/],
    [[`\u00e2\u0080\u009c${right}\u00e2\u0080\u009d`], 'mismatched value_mismatch', /odd_characters.*8220/],
    [[`- ${right}`], 'mismatched value_mismatch', /text_before/],
    [[`xxx${right}`], 'mismatched value_mismatch', /no_spf_record/],
    [['xxxv=spf1 mx ~all'], 'missing record_missing'],
    // Ours, without the version or with a wrong one.
    [['include:amazonses.com ~all'], 'mismatched value_mismatch', /no_spf_record/],
    [['include:AmazonSES.com'], 'mismatched value_mismatch', /no_spf_record/],
    [['spf1 mx ~all'], 'mismatched value_mismatch', /no_spf_record/],
    [['v:spf1 mx ~all'], 'mismatched value_mismatch', /no_spf_record/],
    [['google-site-verification=x', `spf1 ${OWN} ~all`], 'mismatched value_mismatch', /no_spf_record/],
    [['we send by amazonses.com'], 'missing record_missing'],
    [['spf10 mx ~all'], 'missing record_missing'],
    [[`spf2.0/pra ${OWN} ~all`], 'missing record_missing'],
    // White space that is not the blank.
    [[`\t${right}`], 'mismatched value_mismatch', /odd_characters.*\[9\]/],
    [[`\n${right}`], 'mismatched value_mismatch', /odd_characters.*\[10\]/],
    [[`\u00a0${right}`], 'mismatched value_mismatch', /odd_characters.*\[160\]/],
    [[right.replace(' ', '\t')], 'mismatched value_mismatch', /odd_characters.*\[9\]/],
    [[`xxx ${right}`], 'mismatched value_mismatch', /text_before/],
    [[`TXT: ${right}`], 'mismatched value_mismatch', /text_before/],
    [['v=spf1;include:amazonses.com ~all'], 'mismatched value_mismatch'],
    [['v=spf2 include:amazonses.com ~all'], 'mismatched value_mismatch'],
    [[`${right} `], 'verified'],
  ];
  for (const [records, judged, facts] of cases)
    it(`${JSON.stringify(records)} → ${judged}`, () => {
      const judgement = judge(records, {});
      assert.equal(formatJudgement(judgement), judged);
      if (facts) assert.match(formatFacts(judgement), facts);
    });

  it('a merged record that would be very long is not suggested', () => {
    const judgement = judge(
      [right, `v=spf1 ${'ip4:192.0.2.1/3 include:x.com '.repeat(3)}a:${'x.'.repeat(400)}com -all`],
      {},
    );
    assert.doesNotMatch(formatFacts(judgement), /suggestion/);
    assert.ok(formatFacts(judgement).length < 500);
  });
});

describe('the one record that is suggested', () => {
  const zone: Zone = {
    'TXT x.com': txt('v=spf1 ip4:192.0.2.1 ~all'),
    'TXT nested.com': txt('v=spf1 include:nowhere.com -all'),
    'TXT everyone.com': txt('v=spf1 +all'),
    'MX eleven.com': mx(11),
    'A host.com': [{ type: 'A', address: '192.0.2.1' }],
    'A host2.com': [{ type: 'A', address: '192.0.2.2' }],
    'A host3.com': [{ type: 'A', address: '192.0.2.3' }],
    ...Object.fromEntries(
      Array.from({ length: 11 }, (_, at) => [`A h${at}.com`, [{ type: 'A', address: '192.0.2.1' }]] as const),
    ),
  };
  const many = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => `a:h${from + at}.com`).join(' ');
  const cases: readonly (readonly [terms: string, suggestion: string | undefined, leftOut?: readonly string[]])[] = [
    ['ip:10.0.0.1 include:amazonses.com -all', 'include:amazonses.com ip4:10.0.0.1 -all'],
    ['a:192.0.2.1 mx:192.0.2.1/24 ~all', 'include:amazonses.com ip4:192.0.2.1 ip4:192.0.2.1/24 ~all'],
    ['include=amazonses.com include=x.com ~all', 'include:amazonses.com include:x.com ~all'],
    ['include:amazonses.cominclude:x.com ~all', 'include:amazonses.com include:x.com ~all'],
    // What receivers can't use is left out and named; the rest stays.
    ['ip4:300.1.1.1 include:x.com ~all', 'include:amazonses.com include:x.com ~all', ['ip4:300.1.1.1']],
    ['include:nowhere.com include:x.com -all', 'include:amazonses.com include:x.com -all', ['include:nowhere.com']],
    ['include:nested.com include:x.com -all', 'include:amazonses.com include:x.com -all', ['include:nested.com']],
    [
      'include:amazonses.com include:x.com redirect=nowhere.com',
      'include:amazonses.com include:x.com ~all',
      ['redirect=nowhere.com'],
    ],
    [
      'include:amazonses.com include:x.com redirect=send.example.com',
      'include:amazonses.com include:x.com ~all',
      ['redirect=send.example.com'],
    ],
    [
      'include:amazonses.com mx:eleven.com include:x.com ~all',
      'include:amazonses.com include:x.com ~all',
      ['mx:eleven.com'],
    ],
    [
      'include:amazonses.com a:no1.com mx:no2.com include:x.com exists:no3.com ~all',
      'include:amazonses.com include:x.com ~all',
      ['a:no1.com', 'mx:no2.com', 'exists:no3.com'],
    ],
    [
      'include:everyone.com ip4:0.0.0.0/1 include:x.com ~all',
      'include:amazonses.com include:x.com ~all',
      ['include:everyone.com', 'ip4:0.0.0.0/1'],
    ],
    // Only our mail met too many look-ups that find nothing: behind ours they harm nobody.
    [
      'a:host.com a:host2.com a:host3.com include:amazonses.com ~all',
      'include:amazonses.com a:host.com a:host2.com a:host3.com ~all',
    ],
    // Which of too many is not needed, nobody but the owner can say.
    [`include:amazonses.com ${many(0, 10)} ~all`, undefined],
  ];
  for (const [terms, suggestion, leftOut] of cases)
    it(terms.slice(0, 90), () => {
      const judgement = judge([`v=spf1 ${terms}`], zone);
      const [facts] = 'observations' in judgement ? judgement.observations.map((each) => each.facts) : [];
      assert.ok(facts);
      const offered = { suggestion: undefined, leftOut: undefined, ...facts };
      assert.equal(offered.suggestion, suggestion && `v=spf1 ${suggestion}`);
      assert.deepEqual(offered.leftOut, leftOut && excerptsOf(leftOut, 10));
    });

  for (const [what, terms, removable] of [
    ['ours first', `include:amazonses.com ${many(0, 10)} ~all`, many(0, 10).split(' ')],
    ['ours last', `${many(0, 10)} include:amazonses.com ip4:192.0.2.1 ~all`, many(0, 10).split(' ')],
  ] as const)
    it(`of too many look-ups, the terms that cause them are named, and never ours: ${what}`, () =>
      assert.match(
        formatFacts(judge([`v=spf1 ${terms}`], zone)),
        new RegExp(`"removable":${escapePattern(JSON.stringify(excerptsOf(removable, 10)))}`),
      ));

  it('a redirect that leads to ours as well is not among the terms to remove', () => {
    const behind = { ...zone, 'TXT all.com': txt(`v=spf1 include:amazonses.com ${many(0, 10)} ~all`) };
    assert.match(formatFacts(judge(['v=spf1 redirect=all.com'], behind)), /"removable":\{"shown":\[\],"count":0\}/);
  });
});

describe('what a customer\u2019s record makes us ask', () => {
  it('nothing, where it is the one we showed', () =>
    assert.deepEqual(
      checkSpf({ domain: NAME, txt: [`v=spf1 ${OWN} ~all`], expectedMechanism: OWN, lookups: new Map() }),
      {
        done: true,
        value: { status: 'verified', observations: [] },
      },
    ));

  it('at most 40 questions, whatever it and the records behind it say', () => {
    const name = fc.constantFrom('a.com', 'b.com', 'c.com', 'd.com', 'e.com', 'f.com', 'g.com', NAME, '%{d}', 'x.%{d}');
    const term = fc.oneof(
      fc
        .tuple(fc.constantFrom('include:', '?include:', 'a:', 'mx:', 'exists:', 'redirect='), name)
        .map((t) => t.join('')),
      fc.constantFrom('ptr', OWN, 'a', 'mx', '+all', '-all', 'oops'),
    );
    const record = fc.array(term, { maxLength: 8 }).map((terms) => `v=spf1 ${terms.join(' ')}`);
    const served = fc.oneof(
      { weight: 8, arbitrary: record.map((r) => txt(r)) },
      fc.constantFrom('failed' as const, []),
    );
    const zone = fc.dictionary(
      name.map((n) => `TXT ${n}`),
      served,
    );
    fc.assert(
      fc.property(record, zone, (own, records) => {
        const asked = new Set<string>();
        const judgement = judge([own], records, asked);
        assert.ok(asked.size <= 40, `${asked.size} questions`);
        assert.notEqual(judgement.status, 'missing');
        if (judgement.status !== 'undecided')
          assert.equal(judgement.status === 'verified', judgement.observations.length === 0);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('our mechanism in the record shown to the customer', () => {
  for (const [record, own] of [
    ['v=spf1 include:amazonses.com ~all', 'include:amazonses.com'],
    ['v=spf1 +ip4:192.0.2.0/24 -all', 'ip4:192.0.2.0/24'],
    ['v=spf1 x=y a:mail.example.com', 'a:mail.example.com'],
  ] as const)
    it(`${record} → ${own}`, () => assert.equal(findOwnMechanism(record), own));

  it('a record without any is a fault of ours', () => assert.throws(() => findOwnMechanism('v=spf1 ~all')));
});

function judge(txtRecords: readonly string[], zone: Zone, asked = new Set<string>()): Judgement | Undecided {
  const lookups = new Map<string, LookupResult>();
  for (let rounds = 0; rounds < 20; rounds++) {
    const step = checkSpf({ domain: NAME, txt: txtRecords, expectedMechanism: OWN, lookups });
    if (step.done) return step.value;
    for (const question of step.ask) {
      assert.ok(!lookups.has(questionKey(question)), 'nothing is asked twice');
      lookups.set(questionKey(question), resolve(zone, question));
      asked.add(questionKey(question));
    }
  }
  throw new Error('It asks without end.');
}

function resolve(zone: Zone, question: Question): LookupResult {
  const source = { server: 'ns1.example.net', address: '127.0.0.1', via: 'authoritative', rttMs: 1 } as const;
  const records = zone[questionKey(question)] ?? [];
  const answer: Answer =
    records === 'failed'
      ? { outcome: 'failed', reason: 'timeout', kind: 'silent', transport: 'udp', step: AT_RECORD, source }
      : records.length > 0
        ? { outcome: 'found', records, ttlSeconds: 60, source }
        : { outcome: 'absent', reason: 'nxdomain', negativeTtlSeconds: 60, source };
  return { question, aliases: [], zone: undefined, answers: [answer] };
}

function formatJudgement(judgement: Judgement | Undecided): string {
  const told = judgement.status === 'undecided' ? judgement.names : judgement.observations.map(({ code }) => code);
  return [judgement.status, ...told].join(' ');
}

function formatFacts(judgement: Judgement | Undecided): string {
  return 'observations' in judgement ? JSON.stringify(judgement.observations.map(({ facts }) => facts)) : '';
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function txt(...texts: string[]): DnsRecord[] {
  return texts.map((text) => ({ type: 'TXT', strings: [text] }));
}

function mx(count: number): DnsRecord[] {
  return Array.from({ length: count }, (_, index) => ({ type: 'MX', preference: index, exchange: 'host.com' }));
}
