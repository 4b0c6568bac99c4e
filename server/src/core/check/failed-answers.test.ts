import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { at, histories, playHistory } from '../../../test/support/load/life-cycle-histories.ts';
import { type Failed, type LookupResult, questionKey } from '../answers/dns-answer.ts';
import { AT_RECORD, type FailureReason } from '../answers/failure.ts';
import { applyCheck } from '../lifecycle/status.ts';
import { mapFlags } from '../records/record.ts';
import { DEFAULT_LABELS } from '../records/record-input.ts';
import { buildDnsRecords } from '../records/records.ts';
import { BUILT_IN_REGIONS } from '../records/regions.ts';
import { checkDomain, summarizeOutcome } from './check.ts';

const [region] = BUILT_IN_REGIONS;
assert.ok(region);
const expected = {
  name: 'example.com',
  records: buildDnsRecords({
    domainName: 'example.com',
    ownershipToken: '00',
    selector: 'autosend',
    publicKey: 'MIIB',
    region,
    labels: DEFAULT_LABELS,
  }),
  isUp: mapFlags(() => true),
};

const REASONS: readonly FailureReason[] = ['timeout', 'servfail', 'refused', 'lame', 'network', 'malformed'];
const failed: fc.Arbitrary<Failed> = fc
  .record({ reason: fc.constantFrom(...REASONS), server: fc.nat(12), recursive: fc.boolean() })
  .map(({ reason, server, recursive }) => ({
    outcome: 'failed',
    reason,
    kind: 'silent',
    transport: 'udp',
    step: AT_RECORD,
    source: {
      server: `ns${server}.example.com`,
      address: `192.0.2.${server}`,
      via: recursive ? 'recursive' : 'authoritative',
      rttMs: 1,
    },
  }));
/** For each question of each check, what the servers were: none at all, or any number that failed in any way. */
const answers = fc.infiniteStream(fc.array(failed, { maxLength: 13 }));

test('no sequence of answers that failed changes anything: no flag, no count, no status, no event', () => {
  fc.assert(
    fc.property(
      histories,
      answers,
      fc.array(fc.nat(100 * 60), { minLength: 1, maxLength: 10 }),
      (events, stream, waits) => {
        const { state, minutes } = playHistory(events);
        let now = minutes;
        for (const wait of waits) {
          now += wait;
          const lookups = new Map<string, LookupResult>();
          let step = checkDomain(expected, lookups);
          for (let round = 0; !step.done; round += 1) {
            assert.ok(round < 24, 'the rules ask for ever');
            for (const question of step.ask) {
              const { value } = stream.next();
              lookups.set(questionKey(question), { question, answers: value, aliases: [], zone: undefined });
            }
            step = checkDomain(expected, lookups);
          }
          const result = applyCheck(state, summarizeOutcome(step.value), at(now));
          assert.deepEqual(result, { state, changes: [] });
        }
      },
    ),
  );
});
