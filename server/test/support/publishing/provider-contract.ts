import { deepEqual, equal } from 'node:assert/strict';
import { it } from 'node:test';
import type { DnsProvider, DnsProviderAnswer, ProviderZone } from '../../../src/core/publishing/dns-provider.ts';
import { formatMx, formatTarget, formatTxt } from '../../../src/core/publishing/rdata.ts';
import { hasSameRecords, type RrSet } from '../../../src/core/publishing/rr-set.ts';

/** A provider to be judged, with one zone that is otherwise empty. */
interface Judged {
  readonly provider: DnsProvider;
  readonly zoneName: string;
}

const LONG_TEXT = `v=DKIM1; k=rsa; p=${'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A'.repeat(12)}`;

/**
 * Says what every adapter of `DnsProvider` keeps to, as tests. Call it inside a `describe`.
 * @param find gives the provider; called in each test, so that it may be made in a hook
 */
export function keepsTheProviderContract(find: () => Judged): void {
  const { signal } = new AbortController();
  const ttlOf = ({ limits }: DnsProvider) => Math.max(limits.minTtlSeconds, 3600);

  const openZone = async (): Promise<Judged & { zone: ProviderZone; ttlSeconds: number }> => {
    const judged = find();
    const zone = takeValue(await judged.provider.findZone(judged.zoneName, signal));
    if (!zone) throw new Error(`There is no zone ${judged.zoneName}.`);
    return { ...judged, zone, ttlSeconds: ttlOf(judged.provider) };
  };
  const readOne = async (provider: DnsProvider, zone: ProviderZone, { name, type }: Pick<RrSet, 'name' | 'type'>) => {
    const found = takeValue(await provider.read(zone, [name], signal));
    return found.find((each) => each.name === name && each.type === type) ?? null;
  };

  it('finds its zone by name, lists it where it can, and finds no other', async () => {
    const { provider, zoneName, zone } = await openZone();
    equal(zone.name, zoneName);
    const listed = takeValue(await provider.listZones(10, signal));
    if (listed) deepEqual(listed.map(({ name }) => name).includes(zoneName), true);
    equal(takeValue(await provider.findZone(`nobody-has-this.${zoneName}`, signal)), null);
  });

  for (const [what, type, rdata] of [
    ['a text', 'TXT', [formatTxt('autosend-verify-0123456789abcdef')]],
    ['a text of more than 255 octets', 'TXT', [formatTxt(LONG_TEXT)]],
    ['a text with quotes, backslashes and semicolons', 'TXT', [formatTxt('a "quoted" \\ text; p=1')]],
    ['several texts', 'TXT', [formatTxt('one'), formatTxt('v=spf1 include:amazonses.com ~all')]],
    ['an MX record', 'MX', [formatMx(10, 'feedback-smtp.us-east-1.amazonses.com')]],
    ['a CNAME', 'CNAME', [formatTarget('autosend1.0123456789abcdef01234567.dkim.operator.example')]],
  ] as const) {
    it(`writes ${what}, reads it back, changes it and takes it away`, async () => {
      const { provider, zone, zoneName, ttlSeconds } = await openZone();
      const name = `contract-${what.replaceAll(/\W+/g, '-').toLowerCase()}.${zoneName}`;
      const first: RrSet = { name, type, ttlSeconds, rdata };
      takeValue(await provider.write(zone, [{ before: null, after: first }], signal));
      const stored = await readOne(provider, zone, first);
      equal(hasSameRecords(stored, first), true, JSON.stringify(stored));
      const other =
        type === 'TXT'
          ? formatTxt('another')
          : type === 'MX'
            ? formatMx(20, 'mx.example.net')
            : formatTarget('other.example.net');
      const second: RrSet = { ...first, rdata: [other] };
      takeValue(await provider.write(zone, [{ before: first, after: second }], signal));
      equal(hasSameRecords(await readOne(provider, zone, first), second), true);
      takeValue(await provider.write(zone, [{ before: second, after: null }], signal));
      equal(await readOne(provider, zone, first), null);
    });
  }

  it('changes nothing where no change is asked for', async () => {
    const { provider, zone } = await openZone();
    takeValue(await provider.write(zone, [], signal));
  });

  it("doesn't overwrite what somebody else wrote in between", async () => {
    const { provider, zone, zoneName, ttlSeconds } = await openZone();
    const theirs: RrSet = { name: `contended.${zoneName}`, type: 'TXT', ttlSeconds, rdata: [formatTxt('theirs')] };
    takeValue(await provider.write(zone, [{ before: null, after: theirs }], signal));
    const ours = { ...theirs, rdata: [formatTxt('ours')] };
    for (const before of [null, { ...theirs, rdata: [formatTxt('what stood there before')] }]) {
      const { outcome } = await provider.write(zone, [{ before, after: ours }], signal);
      equal(outcome, 'changed');
      equal(hasSameRecords(await readOne(provider, zone, theirs), theirs), true);
    }
    equal((await provider.write(zone, [{ before: ours, after: null }], signal)).outcome, 'changed');
    equal(hasSameRecords(await readOne(provider, zone, theirs), theirs), true);
  });

  it('makes several changes in one write, and leaves other records alone', async () => {
    const { provider, zone, zoneName, ttlSeconds } = await openZone();
    const other: RrSet = { name: `other.${zoneName}`, type: 'TXT', ttlSeconds, rdata: [formatTxt('stays')] };
    takeValue(await provider.write(zone, [{ before: null, after: other }], signal));
    const both: RrSet[] = [
      { name: `bounce.${zoneName}`, type: 'TXT', ttlSeconds, rdata: [formatTxt('v=spf1 include:amazonses.com ~all')] },
      { name: `bounce.${zoneName}`, type: 'MX', ttlSeconds, rdata: [formatMx(10, 'feedback.example.net')] },
    ];
    takeValue(
      await provider.write(
        zone,
        both.map((after) => ({ before: null, after })),
        signal,
      ),
    );
    for (const each of [...both, other]) equal(hasSameRecords(await readOne(provider, zone, each), each), true);
  });
}

function takeValue<T>(answer: DnsProviderAnswer<T>): T {
  if (answer.outcome !== 'done') throw new Error(`${answer.outcome}: ${answer.detail}`);
  return answer.value;
}
