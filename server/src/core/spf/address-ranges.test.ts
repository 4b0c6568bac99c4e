import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type AddressRange,
  type IpVersion,
  joinRanges,
  measureShare,
  parseAddress,
  rangeOfNetwork,
  startRanges,
  subtractRanges,
} from './address-ranges.ts';

const range = (first: number, last: number): AddressRange => ({ first: BigInt(first), last: BigInt(last) });
const show = (ranges: readonly AddressRange[]) => ranges.map(({ first, last }) => `${first}-${last}`).join(' ');

for (const [what, ranges, joined] of [
  ['nothing', [], ''],
  ['one', [range(3, 5)], '3-5'],
  ['two that overlap', [range(4, 9), range(1, 5)], '1-9'],
  ['two that touch', [range(1, 3), range(4, 5)], '1-5'],
  ['two with a gap', [range(5, 6), range(1, 3)], '1-3 5-6'],
  ['one inside another', [range(1, 9), range(3, 4)], '1-9'],
  ['the same twice', [range(1, 2), range(1, 2)], '1-2'],
] as const)
  test(`ranges are joined: ${what}`, () => assert.equal(show(joinRanges(ranges)), joined));

for (const [what, ranges, others, left] of [
  ['nothing from nothing', [], [], ''],
  ['nothing', [range(1, 5)], [], '1-5'],
  ['all', [range(1, 5)], [range(1, 5)], ''],
  ['the middle', [range(1, 9)], [range(4, 5)], '1-3 6-9'],
  ['both ends', [range(1, 9)], [range(0, 2), range(8, 12)], '3-7'],
  ['what lies elsewhere', [range(1, 3)], [range(5, 9)], '1-3'],
  ['one that covers two', [range(1, 3), range(5, 7)], [range(2, 6)], '1-1 7-7'],
] as const)
  test(`ranges are taken away: ${what}`, () => assert.equal(show(subtractRanges(ranges, others)), left));

for (const [version, address, prefix, expected] of [
  [4, 0xcb007107n, 24, range(0xcb007100, 0xcb0071ff)],
  [4, 0xcb007107n, 32, range(0xcb007107, 0xcb007107)],
  [4, 0xcb007107n, 0, range(0, 0xffffffff)],
] as const)
  test(`/${prefix} is the network that the address is in`, () =>
    assert.deepEqual(rangeOfNetwork(version, address, prefix), expected));

const networks = (version: IpVersion, texts: string) =>
  joinRanges(
    texts.split(' ').map((text) => {
      const [address = '', prefix] = text.split('/');
      return rangeOfNetwork(version, parseAddress(version, address), Number(prefix));
    }),
  );

for (const [version, held, least, most] of [
  [4, '0.0.0.0/0', 1, 1],
  [6, '::/0', 1, 1],
  [4, '0.0.0.0/1', 0.5, 0.6],
  [6, '2000::/4', 0.49, 0.51],
  [4, '8.0.0.0/8', 1 / 256, 1 / 200],
  [4, '10.0.0.0/7', 1 / 256, 1 / 200],
  // Nobody on the public internet has one of these (IANA special-purpose registries).
  [4, '0.0.0.0/8', 0, 0],
  [4, '10.0.0.0/8', 0, 0],
  [4, '127.0.0.0/8', 0, 0],
  [4, '224.0.0.0/3', 0, 0],
  [4, '100.64.0.0/10 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 198.18.0.0/15', 0, 0],
  [6, '::/3', 0, 0],
  [6, '4000::/2', 0, 0],
  [6, '8000::/1', 0, 0],
  [6, 'fc00::/7 fe80::/10', 0, 0],
  [6, '2001:db8::/32 2002::/16 3fff::/20', 0, 0],
] as const)
  test(`${held} is ${least === most ? least : `${least} to ${most}`} of the public addresses`, () => {
    const share = measureShare(version, networks(version, held));
    assert.ok(least <= share && share <= most, String(share));
  });

const small = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 12 }))
  .map(([first, more]) => range(first, first + more));
const holds = (ranges: readonly AddressRange[], at: number) =>
  ranges.some(({ first, last }) => first <= BigInt(at) && BigInt(at) <= last);

test('joining and taking away are what they are for sets', () => {
  fc.assert(
    fc.property(fc.array(small, { maxLength: 6 }), fc.array(small, { maxLength: 6 }), (a, b) => {
      const [joined, others] = [joinRanges(a), joinRanges(b)];
      const left = subtractRanges(joined, others);
      for (let at = 0; at < 60; at++) {
        assert.equal(holds(joined, at), holds(a, at));
        assert.equal(holds(left, at), holds(a, at) && !holds(b, at));
      }
    }),
  );
});

test('addresses that grow range by range are those that are joined at once, and each is new once', () => {
  fc.assert(
    fc.property(fc.array(small, { maxLength: 12 }), (given) => {
      const growing = startRanges();
      const newly = given.flatMap((each) => {
        const before = joinRanges(growing.ranges);
        const added = growing.add([each]);
        assert.equal(show(added), show(subtractRanges([each], before)));
        return added;
      });
      assert.equal(show(growing.ranges), show(joinRanges(given)));
      assert.equal(show(joinRanges(newly)), show(joinRanges(given)));
    }),
  );
});

test('many ranges that are added at once come to the same as one after the other', () => {
  const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 6 })), { maxLength: 80 });
  const toRanges = (drawn: readonly (readonly [number, number])[]) =>
    joinRanges(drawn.map(([first, size]) => range(first, first + size)));
  fc.assert(
    fc.property(fc.array(pairs, { minLength: 1, maxLength: 4 }), (drawn) => {
      const [atOnce, singly] = [startRanges(), startRanges()];
      for (const each of drawn.map(toRanges)) {
        const newly = each.flatMap((one) => singly.add([one]));
        assert.equal(show(joinRanges(atOnce.add(each))), show(joinRanges(newly)));
        assert.equal(show(atOnce.ranges), show(singly.ranges));
      }
    }),
  );
});
