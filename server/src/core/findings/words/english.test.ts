import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SAMPLE_FACTS } from '../../../../test/support/findings/sample-facts.ts';
import { aboutRecord } from '../../../../test/support/findings/worded-places.ts';
import type { FindingCode, Observation } from '../../judgement/observation.ts';
import { RECORD_KINDS, type RecordKind } from '../../records/record.ts';
import { FINDINGS } from '../catalogue.ts';
import { ABOUT_ZONE } from '../precedence.ts';
import { ENGLISH, sayInEnglish } from './english.ts';
import type { Said } from './wording.ts';

const CODES = Object.keys(ENGLISH) as FindingCode[];

/** What is told of MX records under a code that others have as well. */
const OF_MX: ReadonlySet<string> = new Set(['mail_server', 'null_mx', 'priority_in_host', 'text_around_host']);

/** The records at which a finding can be made; those of a protocol are made at its record only. */
function listKinds({ code, facts }: Observation): readonly RecordKind[] {
  if ('what' in facts && OF_MX.has(facts.what)) return ['mail_from_mx'];
  if (code.startsWith('dkim_') || code.startsWith('key_') || code === 'multiple_records') return ['dkim'];
  if (code.startsWith('mx_')) return ['mail_from_mx'];
  if (code.startsWith('spf_')) return ['mail_from_spf'];
  return code.startsWith('dmarc_') ? ['dmarc'] : RECORD_KINDS;
}

/** Everything that can be said: each shape of facts at each record, waiting and not, in a known panel and not. */
function sayEverything(code: FindingCode): { said: Said; name: string; kind: RecordKind }[] {
  return SAMPLE_FACTS[code].flatMap((facts) =>
    listKinds({ code, facts } as Observation).flatMap((kind) =>
      [null, new Date('2026-01-15T12:30:00.000Z')].flatMap((nextCheckAt) =>
        [null, 'Cloudflare'].map((panel) => {
          const about = aboutRecord(kind, { panel }, { nextCheckAt });
          return { said: sayInEnglish({ code, facts } as Observation, about), name: about.place.name, kind };
        }),
      ),
    ),
  );
}

const textOf = ({ title, detail, fix }: Said) => [title, detail, fix].filter((part) => part != null).join(' ');

test('every code of the catalogue has words, and no words are for a code that is not in it', () => {
  assert.deepEqual([...CODES].sort(), Object.keys(FINDINGS).sort());
  assert.deepEqual(Object.keys(SAMPLE_FACTS).sort(), Object.keys(FINDINGS).sort());
});

for (const code of CODES) {
  test(`${code}: every sentence is whole, and in the words of the field`, () => {
    const { title } = ENGLISH[code];
    assert.match(title, /^[A-Z“]/);
    assert.doesNotMatch(title, /\.$/);
    for (const { said } of sayEverything(code)) {
      assert.match(said.detail, /^[A-Z`"].*\.$/s);
      if (said.fix !== null) assert.match(said.fix, /^[A-Z].*\.$/s);
      const text = `${title} ${textOf(said)}`;
      assert.doesNotMatch(text, /undefined|null(?! MX)|NaN|\[object|\bInfinity\b/);
      assert.doesNotMatch(text, /\blook(s|ing)?\b|look-up|by itself|no action|given up|e-mail|holder|everybody/i);
      assert.doesNotMatch(text, / {2}|\.\.(?!\.)|\s[.,;:]|``/);
      assert.equal(text.split('`').length % 2, 1, `a quotation that does not end: ${text}`);
    }
  });

  test(`${code}: what is to be copied is whole, and its button says how long it is`, () => {
    for (const { said, kind } of sayEverything(code)) {
      if (!said.copy) continue;
      const { label, value } = said.copy;
      assert.match(label, /^Copy /);
      assert.doesNotMatch(value, /…/);
      const [, length] = /\((\d+) characters\)/.exec(label) ?? [];
      if (length !== undefined) assert.equal(value.length, Number(length));
      const { value: expected, host } = aboutRecord(kind).place;
      const isOurs = value === expected || value === host || value === said.suggestion;
      assert.ok(isOurs || said.fix?.includes(value), `${label} copies ${value}`);
    }
  });

  test(`${code}: no value is shown cut, so that nobody publishes the half of one`, () => {
    for (const { said, kind } of sayEverything(code)) {
      const { value } = aboutRecord(kind).place;
      for (const quoted of textOf(said)
        .split('`')
        .filter((_, index) => index % 2 === 1))
        assert.ok(quoted === value || quoted.length < 20 || !value.startsWith(quoted), quoted);
    }
  });
}

test('what was seen at a record names the record, whole', () => {
  for (const code of CODES.filter((each) => !ABOUT_ZONE.has(each) && !each.startsWith('published_')))
    for (const { said, name } of sayEverything(code)) {
      // A loop and a chain are told by the names they lead through, of which the record's is the first.
      if (code === 'cname_loop' || code === 'cname_chain_too_long') continue;
      assert.ok(said.detail.includes(`\`${name}\``), `${code}: ${said.detail}`);
    }
});

test('what only tells, or only waits, gives nothing to do', () => {
  const idle: FindingCode[] = ['mx_priority_differs', 'dmarc_at_parent', 'negative_cache', 'no_nameserver_answered'];
  for (const code of [...idle, 'resolver_unanswered'] as const)
    for (const { said } of sayEverything(code)) assert.deepEqual([said.fix, said.copy], [null, undefined], code);
});

test('whatever is wrong has something to do about it', () => {
  for (const code of CODES.filter((each) => FINDINGS[each].severity === 'error'))
    for (const { said } of sayEverything(code))
      if (!(code === 'wildcard_answer' && said.detail.includes('you can add ours')))
        assert.notEqual(said.fix, null, code);
});

test('a retry is promised only where another check can mend it, and only where one is due', () => {
  const waits: FindingCode[] = [
    ...(['no_nameserver_answered', 'resolver_unanswered', 'referenced_name_unanswered', 'negative_cache'] as const),
  ];
  for (const code of CODES)
    for (const { said } of sayEverything(code))
      if (/we’ll (retry|try again|check again)/i.test(said.detail)) assert.ok(waits.includes(code), code);
  for (const code of waits.slice(0, 3))
    for (const facts of SAMPLE_FACTS[code])
      assert.doesNotMatch(sayInEnglish({ code, facts } as Observation, aboutRecord('ownership')).detail, /we’ll/i);
});

test('the panel is named where it is known', () => {
  for (const code of ['record_missing', 'cname_in_the_way', 'published_at_doubled_name', 'value_quoted'] as const)
    for (const facts of SAMPLE_FACTS[code]) {
      const say = (panel: string | null) =>
        textOf(sayInEnglish({ code, facts } as Observation, aboutRecord('dkim', { panel })));
      assert.match(say('Cloudflare'), /Cloudflare/);
      assert.doesNotMatch(say(null), /Cloudflare/);
    }
});

test('a name with a backtick in it does not end its quotation', () => {
  const said = sayInEnglish({ code: 'cname_in_the_way', facts: { target: 'a`b' } }, aboutRecord('dkim'));
  assert.equal(said.detail.split('`').length % 2, 1);
});
