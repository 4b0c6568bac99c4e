import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { buildDkimRecords } from '../../../../test/conformance/differential/dkim-records.ts';
import { createSeededRandom } from '../../../../test/support/dns/seeded-random.ts';
import { aboutRecord } from '../../../../test/support/findings/worded-places.ts';
import { checkDkim } from '../../dkim/check.ts';
import { checkDmarc } from '../../dmarc/check.ts';
import type { Judgement } from '../../judgement/judgement.ts';
import { checkMailFromMx } from '../../mail-from/check.ts';
import { checkOwnership } from '../../ownership/check.ts';
import { formatDkimKeyRecord } from '../../records/dkim-key.ts';
import type { RecordKind } from '../../records/record.ts';
import { sayInEnglish } from './english.ts';

// Whatever a finding offers, published in place of what was there, has to be right, and something else than was there.

const random = createSeededRandom();
const makeKey = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 })
    .publicKey.export({ type: 'spki', format: 'der' })
    .toString('base64');
const [ours, other] = [makeKey(), makeKey()];
const keys = { kind: 'rsa', ours, oursOtherwise: ours.slice(32), other } as const;

/** What the findings of a verdict offer for the record itself; a value in quoted strings is one record of these strings. */
function listOffers(kind: RecordKind, value: string, { observations }: Judgement): string[] {
  return observations.flatMap((observation) => {
    const { copy, suggestion } = sayInEnglish(observation, aboutRecord(kind, { value }));
    const strings = suggestion === undefined ? [] : [suggestion.replace(/^"|"$/g, '').replaceAll('" "', '')];
    return [...(copy ? [copy.value] : []), ...strings];
  });
}

test('DKIM: what is offered for records of random shape is right, and differs', (t) => {
  t.diagnostic(`AUTOSEND_TEST_SEED=${random.seed} repeats the choices of this run`);
  const value = formatDkimKeyRecord(ours);
  for (let times = 0; times < 2000; times++) {
    const txt = buildDkimRecords(random, keys);
    for (const offer of listOffers('dkim', value, checkDkim(ours, txt))) {
      assert.deepEqual(checkDkim(ours, [offer]), { status: 'verified', observations: [] }, JSON.stringify(txt));
      assert.notDeepEqual([offer], txt);
    }
  }
});

const value = 'autosend-verify-0123456789abcdef0123456789abcdef';
const spoilt = fc
  .array(fc.constantFrom(value, value.slice(0, 20), '"', ' ', '\xa0', '\xc2\xa0', '-', 'x', '\xef\xbb\xbf'), {
    maxLength: 4,
  })
  .map((parts) => parts.join(''));

test('ownership: what is offered is right, and differs', () => {
  fc.assert(
    fc.property(fc.array(spoilt, { maxLength: 3 }), (txt) => {
      for (const offer of listOffers('ownership', value, checkOwnership(value, txt))) {
        assert.deepEqual(checkOwnership(value, [offer]), { status: 'verified', observations: [] });
        assert.notDeepEqual([offer], txt);
      }
    }),
  );
});

const OFFERED = 'v=DMARC1; p=none;';
const policy = fc
  .array(
    fc.constantFrom(
      'v=DMARC1',
      'p=none',
      'p=monitor',
      'sp=x',
      'rua=mailto:a@example.com',
      'rua=a@b.c',
      '\xa0',
      'v=dmarc1',
    ),
    {
      maxLength: 4,
    },
  )
  .map((parts) => parts.join('; '));

test('DMARC: what is offered is right, and differs', () => {
  fc.assert(
    fc.property(fc.array(policy, { maxLength: 2 }), (txt) => {
      const noParent = { outcome: 'absent', reason: 'nxdomain', negativeTtlSeconds: 60 } as const;
      const source = { server: 'ns1.example.net', address: '192.0.2.1', via: 'authoritative', rttMs: 1 } as const;
      const question = { name: '_dmarc.com', type: 'TXT', servers: 'any' } as const;
      const answers = [{ ...noParent, source }];
      const lookups = new Map([['TXT _dmarc.com', { question, aliases: [], zone: undefined, answers }]]);
      const judge = (texts: readonly string[]) => {
        const step = checkDmarc({ domain: 'example.com', txt: texts, lookups, offered: OFFERED });
        assert.ok(step.done && step.value && step.value.status !== 'undecided');
        return step.value;
      };
      for (const offer of listOffers('dmarc', OFFERED, judge(txt))) {
        assert.deepEqual(judge([offer]), { status: 'verified', observations: [] });
        assert.notDeepEqual([offer], txt);
      }
    }),
  );
});

const HOST = 'feedback-smtp.us-east-1.amazonses.com';
const exchange = fc.constantFrom(HOST, `10\\032${HOST}`, `${HOST}.example.com`, 'mx.example.com', '');
const mx = fc.record({ type: fc.constant('MX' as const), exchange, preference: fc.constantFrom(0, 10, 20) });

test('MX: what is offered is right, and differs', () => {
  const expected = { exchange: HOST, preference: 10 };
  fc.assert(
    fc.property(fc.array(mx, { maxLength: 3 }), (records) => {
      for (const offer of listOffers('mail_from_mx', HOST, checkMailFromMx(expected, records))) {
        const published = [{ type: 'MX', exchange: offer, preference: 10 } as const];
        assert.deepEqual(checkMailFromMx(expected, published), { status: 'verified', observations: [] });
        assert.notDeepEqual(published, records);
      }
    }),
  );
});
