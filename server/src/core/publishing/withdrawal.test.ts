import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { splitTerms } from '../spf/record.ts';
import { findDrift } from './drift.ts';
import { formatMx, formatTarget, formatTxt, formatTxtStrings } from './rdata.ts';
import type { RrSet, RrSetChange } from './rr-set.ts';
import { contentOf } from './set-content.ts';
import { followWrite, planWithdrawal, type Written } from './withdrawal.ts';

const NAME = 'bounce.example.com';
const OURS = 'v=spf1 include:amazonses.com ~all';
const THEIRS = 'v=spf1 include:mail.example.net ip4:192.0.2.1 -all';
const MERGED = 'v=spf1 include:amazonses.com include:mail.example.net ip4:192.0.2.1 -all';

function txt(...texts: string[]): RrSet {
  return { name: NAME, type: 'TXT', ttlSeconds: 3600, rdata: texts.map((text) => formatTxt(text)) };
}

function mx(...hosts: string[]): RrSet {
  return { name: NAME, type: 'MX', ttlSeconds: 3600, rdata: hosts.map((host) => formatMx(10, host)) };
}

const CNAME: RrSet = { name: NAME, type: 'CNAME', ttlSeconds: 300, rdata: [formatTarget('elsewhere.example')] };

/** Applies changes as a provider does, and gives what stands there then. */
function applyTo(standing: readonly RrSet[], changes: readonly RrSetChange[]): RrSet[] {
  const keyOf = ({ name, type }: RrSet) => `${name} ${type}`;
  const sets = new Map(standing.map((rrSet) => [keyOf(rrSet), rrSet]));
  for (const { before, after } of changes) {
    if (before) sets.delete(keyOf(before));
    if (after) sets.set(keyOf(after), after);
  }
  return [...sets.values()];
}

interface Row {
  readonly what: string;
  readonly written: readonly Written[];
  readonly standing: readonly RrSet[];
  readonly left: readonly RrSet[];
}

const ROWS: readonly Row[] = [
  {
    what: 'a record that we created goes',
    written: [{ before: null, after: txt('a') }],
    standing: [txt('a')],
    left: [],
  },
  {
    what: 'a record that is gone already stays gone',
    written: [{ before: null, after: txt('a') }],
    standing: [],
    left: [],
  },
  {
    what: 'a record that somebody changed stays',
    written: [{ before: null, after: txt(OURS) }],
    standing: [txt('v=spf1 include:amazonses.com include:other.example ~all')],
    left: [txt('v=spf1 include:amazonses.com include:other.example ~all')],
  },
  {
    what: 'what somebody put beside ours stays',
    written: [{ before: null, after: txt('a') }],
    standing: [txt('a', 'theirs')],
    left: [txt('theirs')],
  },
  {
    what: 'what stood beside ours stays',
    written: [{ before: txt('theirs'), after: txt('theirs', 'a') }],
    standing: [txt('theirs', 'a')],
    left: [txt('theirs')],
  },
  {
    what: 'a merged SPF record becomes what it was, with its TTL',
    written: [{ before: { ...txt(THEIRS), ttlSeconds: 300 }, after: txt(MERGED) }],
    standing: [txt(MERGED)],
    left: [{ ...txt(THEIRS), ttlSeconds: 300 }],
  },
  {
    what: 'a merged SPF record becomes what it was beside a text that came since',
    written: [{ before: txt(THEIRS), after: txt(MERGED) }],
    standing: [txt('verification=1', MERGED)],
    left: [txt('verification=1', THEIRS)],
  },
  {
    what: 'a merged SPF record that was changed loses only our mechanism',
    written: [{ before: txt(THEIRS), after: txt(MERGED) }],
    standing: [txt('v=spf1  a include:amazonses.com ip4:192.0.2.1 redirect=x.example')],
    left: [txt('v=spf1  a ip4:192.0.2.1 redirect=x.example')],
  },
  {
    what: 'our mechanism leaves, whatever its qualifier and case became',
    written: [{ before: txt(THEIRS), after: txt(MERGED) }],
    standing: [txt('v=spf1 ?INCLUDE:amazonses.com. ip4:192.0.2.1 -all')],
    left: [txt('v=spf1 ip4:192.0.2.1 -all')],
  },
  {
    what: 'a mechanism that was there before us stays',
    written: [{ before: txt('v=spf1 a -all'), after: txt('v=spf1 include:amazonses.com a -all') }],
    standing: [txt('v=spf1 include:amazonses.com a mx -all')],
    left: [txt('v=spf1 a mx -all')],
  },
  {
    what: 'an SPF record that its owner put back stays',
    written: [{ before: txt(THEIRS), after: txt(MERGED) }],
    standing: [txt(THEIRS)],
    left: [txt(THEIRS)],
  },
  {
    what: 'a merged record that was taken away is not put back',
    written: [{ before: txt(THEIRS), after: txt(MERGED) }],
    standing: [],
    left: [],
  },
  {
    what: 'a foreign MX that gave way by consent comes back',
    written: [{ before: mx('mx.example.net'), after: mx('feedback.example') }],
    standing: [mx('feedback.example')],
    left: [mx('mx.example.net')],
  },
  {
    what: 'a foreign MX does not come back beside one that was set since',
    written: [{ before: mx('mx.example.net'), after: mx('feedback.example') }],
    standing: [mx('feedback.example', 'new.example.net')],
    left: [mx('new.example.net')],
  },
  {
    what: 'a CNAME that gave way by consent comes back when ours is gone',
    written: [
      { before: CNAME, after: null },
      { before: null, after: txt('a') },
    ],
    standing: [txt('a')],
    left: [CNAME],
  },
  {
    what: 'a CNAME does not come back where something else stands',
    written: [
      { before: CNAME, after: null },
      { before: null, after: txt('a') },
    ],
    standing: [txt('a', 'theirs')],
    left: [txt('theirs')],
  },
  {
    what: 'a text that its provider splits otherwise is still ours',
    written: [{ before: null, after: txt('ab'.repeat(200)) }],
    standing: [{ ...txt(), rdata: [formatTxtStrings([Buffer.from('ab'.repeat(100)), Buffer.from('ab'.repeat(100))])] }],
    left: [],
  },
  {
    what: 'two writes of one record are undone as one',
    written: [
      { before: txt(THEIRS), after: txt(MERGED) },
      { before: txt(MERGED), after: txt(`${MERGED} `) },
    ],
    standing: [txt(`${MERGED} `)],
    left: [txt(THEIRS)],
  },
];

describe('withdrawing what was written', () => {
  for (const { what, written, standing, left } of ROWS)
    it(what, () => {
      const after = applyTo(standing, planWithdrawal(written, standing));
      deepEqual(after, left);
      deepEqual(planWithdrawal(written, after), [], 'a second withdrawal changes nothing');
    });

  it('keeps octets of others that are no UTF-8', () => {
    const foreign = Buffer.from([...Buffer.from('v=spf1 include:amazonses.com exp='), 0xff, 0xfe]);
    const kept = Buffer.from([...Buffer.from('v=spf1 exp='), 0xff, 0xfe]);
    const standing = [{ ...txt(), rdata: [formatTxtStrings([foreign])] }];
    const changes = planWithdrawal([{ before: txt(THEIRS), after: txt(MERGED) }], standing);
    deepEqual(changes[0]?.after?.rdata, [formatTxtStrings([kept])]);
  });
});

const terms = fc.constantFrom('a', 'mx', 'ip4:192.0.2.7', 'include:other.example', '-ip6:2001:db8::1', 'exp=e.example');
const spf = fc
  .tuple(fc.array(terms, { maxLength: 5 }), fc.constantFrom('-all', '~all', '?all', 'redirect=r.example'))
  .map(([some, end]) => ['v=spf1', ...new Set(some), end].join(' '));
const text = fc.oneof(spf, fc.constantFrom('one', 'two', 'google-site-verification=x', OURS, MERGED, THEIRS));
const set = fc.uniqueArray(text, { maxLength: 4 }).map((texts) => (texts.length === 0 ? null : txt(...texts)));
const addOurs = (record: string) => record.replace('v=spf1', 'v=spf1 include:amazonses.com');
const write = set.map((before): Written => {
  const records = before?.rdata.map((rdata) => contentOf(before, rdata)) ?? [];
  const first = records.find((record) => record.startsWith('v=spf1'));
  if (first === undefined) return { before, after: txt(...records, OURS) };
  if (first.includes('amazonses')) return { before, after: txt(...records, 'token') };
  return { before, after: txt(...records.map((record) => (record === first ? addOurs(record) : record))) };
});

describe('withdrawing what was written, in any zone', () => {
  it('leaves the set as it was before, where nobody touched it', () => {
    fc.assert(
      fc.property(write, (written) => {
        const standing = written.after ? [written.after] : [];
        deepEqual(applyTo(standing, planWithdrawal([written], standing)), written.before ? [written.before] : []);
      }),
    );
  });

  it('loses nothing that somebody else wrote', () => {
    fc.assert(
      fc.property(write, set, (written, now) => {
        const standing = now ? [now] : [];
        const left = applyTo(standing, planWithdrawal([written], standing))
          .flatMap((rrSet) => rrSet.rdata.map((rdata) => contentOf(rrSet, rdata)))
          .flatMap((record) => [record, ...splitTerms(record)]);
        const beforeUs = written.before?.rdata.map((rdata) => contentOf({ type: 'TXT' }, rdata)) ?? [];
        const ours = (written.after?.rdata ?? [])
          .map((rdata) => contentOf({ type: 'TXT' }, rdata))
          .filter((record) => !beforeUs.includes(record));
        for (const rdata of now?.rdata ?? []) {
          const record = contentOf({ type: 'TXT' }, rdata);
          if (ours.includes(record) || left.includes(record)) continue;
          ok(record.startsWith('v=spf1'), `${record} was lost`);
          for (const term of splitTerms(record))
            ok(term === 'include:amazonses.com' || left.includes(term), `${term} of ${record} was lost`);
        }
      }),
    );
  });

  it('is the same when it is made again', () => {
    fc.assert(
      fc.property(fc.array(write, { maxLength: 3 }), set, (written, now) => {
        const standing = now ? [now] : [];
        const [first] = written.slice(0, 1);
        if (!first) return;
        const after = applyTo(standing, planWithdrawal([first], standing));
        deepEqual(planWithdrawal([first], after), []);
      }),
    );
  });

  it('takes nothing from a record beside one that was undone before', () => {
    const written: Written = { before: txt('v=spf1 ~all'), after: txt('v=spf1 include:amazonses.com ~all') };
    const other = 'v=spf1 include:amazonses.com include:mail.example.net -all';
    const once = applyTo(
      [txt('v=spf1 include:amazonses.com ~all', other)],
      planWithdrawal([written], [txt('v=spf1 include:amazonses.com ~all', other)]),
    );
    deepEqual(once, [txt(other, 'v=spf1 ~all')]);
    deepEqual(planWithdrawal([written], once), []);
  });

  it('undoes several writes of a set that are kept as one', () => {
    fc.assert(
      fc.property(set, fc.array(fc.constantFrom('k1', 'k2', 'k3'), { minLength: 1, maxLength: 4 }), (start, keys) => {
        const texts = start?.rdata.map((rdata) => contentOf(start, rdata)) ?? [];
        let kept: Written | null = null;
        let now: RrSet | null = start;
        for (const key of keys) {
          const after: RrSet = txt(...texts, key);
          kept = followWrite(kept, { before: now, after });
          now = after;
        }
        const standing = now ? [now] : [];
        deepEqual(applyTo(standing, kept ? planWithdrawal([kept], standing) : []), start ? [start] : []);
      }),
    );
  });
});

describe('drift of what was written', () => {
  for (const [what, written, standing, drifts] of [
    ['is none where it stands as we left it', { before: null, after: txt('a') }, txt('a'), false],
    ['is none with a text beside it', { before: null, after: txt('a') }, txt('b', 'a'), false],
    ['is none of what stood beside it', { before: txt('b'), after: txt('b', 'a') }, txt('a'), false],
    ['is none with another TTL', { before: null, after: txt('a') }, { ...txt('a'), ttlSeconds: 60 }, false],
    ['is none of what we only took away', { before: CNAME, after: null }, null, false],
    ['is there where it is gone', { before: null, after: txt('a') }, null, true],
    ['is there where it was changed', { before: txt(THEIRS), after: txt(MERGED) }, txt(`${MERGED} exp=a.b`), true],
  ] as const)
    it(what, () => {
      const found = findDrift([written], standing ? [standing] : []);
      equal(found.length > 0, drifts);
      if (drifts) deepEqual(found, [{ before: written.after, after: standing }]);
    });
});
