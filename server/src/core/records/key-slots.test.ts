import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkDkim } from '../dkim/check.ts';
import {
  buildKeysBelow,
  buildSlotSelectors,
  buildTarget,
  findKeysZone,
  formatEmptySlot,
  listSlotSelectors,
} from './key-slots.ts';
import { DEFAULT_LABELS } from './record-input.ts';
import { buildDnsRecords, buildSecondKeyRecord } from './records.ts';

const ID = '60d5ec49f1b2c72d9c8b2222';
const keysBelow = buildKeysBelow(ID, 'dkim.operator.example');
const input = {
  domainName: 'customer.example',
  ownershipToken: '0'.repeat(32),
  publicKey: 'MIIB',
  region: { key: 'x', mailFromHost: 'feedback.example.net', spfMechanism: 'include:example.net' },
  labels: DEFAULT_LABELS,
  keysBelow,
};

describe('DKIM by CNAME', () => {
  for (const signing of ['autosend1', 'autosend2'])
    it(`shows the same two records while ${signing} signs`, () => {
      const { dkim } = buildDnsRecords({ ...input, selector: signing });
      const second = buildSecondKeyRecord({ ...input, selector: signing });
      deepEqual(
        [dkim, second].map((record) => [record?.name, record?.type, record?.value]),
        [1, 2].map((n) => [
          `autosend${n}._domainkey.customer.example`,
          'CNAME',
          `autosend${n}.${ID}.dkim.operator.example`,
        ]),
      );
    });

  it('has the selectors of the configured prefix, and others where another project verified the name', () => {
    deepEqual(buildSlotSelectors({ selectorPrefix: 'acme' }), ['acme1', 'acme2']);
    deepEqual(buildSlotSelectors({ selectorPrefix: 'acme2' }, '9f01'), ['acme2-9f011', 'acme2-9f012']);
  });

  it('finds both selectors by either of them', () => {
    for (const pair of [buildSlotSelectors({ selectorPrefix: 'x1' }), buildSlotSelectors(DEFAULT_LABELS, '1212')])
      for (const one of pair) deepEqual(listSlotSelectors(one), pair);
  });

  it('finds the zone of a target again', () => equal(findKeysZone(keysBelow), 'dkim.operator.example'));

  it('says of an empty target that there is no key (RFC 6376 §3.6.1), and whose it is', () => {
    const text = formatEmptySlot(buildTarget('autosend2', keysBelow));
    equal(text, `v=DKIM1; k=rsa; n=autosend2.${ID}.dkim.operator.example; p=`);
    deepEqual(checkDkim('MIIB', [text]).observations, [{ code: 'dkim_revoked', facts: {} }]);
  });
});
