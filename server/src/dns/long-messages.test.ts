import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from 'dns-packet';
import { createLongMessageReader } from './long-messages.ts';
import { decodeMessage, encodeQuery } from './wire.ts';

function makeAnswer(
  name: string,
  id: number,
  texts: readonly string[],
  flags = 0,
): { octets: Buffer; question: Buffer } {
  const octets = encode({
    type: 'response',
    id,
    flags,
    questions: [{ type: 'TXT', name }],
    answers: texts.map((text) => ({
      type: 'TXT',
      name: name.toLowerCase(),
      ttl: 60,
      data: text.match(/.{1,250}/g) ?? [],
    })),
  });
  const query = encodeQuery({
    name: name.toLowerCase(),
    type: 'TXT',
    recursionDesired: false,
    id,
    edns: false,
    caseBits: null,
  });
  return { octets, question: query?.question ?? assert.fail() };
}
const LONG = 'x'.repeat(8_000);

test('a long answer that several servers give is read once, whatever its id and the case of the name', () => {
  const read = createLongMessageReader();
  const first = makeAnswer('example.com', 1, [LONG]);
  const one = read(first.octets, first.question);
  const other = makeAnswer('eXaMple.COM', 2, [LONG]);
  const two = read(other.octets, other.question);
  assert.ok(!('kind' in one) && !('kind' in two));
  assert.equal(one.answers[0]?.data, two.answers[0]?.data);
  assert.deepEqual([one.id, two.id], [1, 2]);
  assert.deepEqual({ ...two, id: 1 }, one);
});

test('what differs in anything else is read as it is', () => {
  const read = createLongMessageReader();
  const first = makeAnswer('example.com', 1, [LONG]);
  read(first.octets, first.question);
  for (const { octets, question } of [
    makeAnswer('example.com', 1, [`${LONG.slice(1)}y`]),
    makeAnswer('example.org', 1, [LONG]),
    makeAnswer('example.com', 1, [LONG, LONG]),
    makeAnswer('example.com', 1, [LONG], 0x0400),
    makeAnswer('example.com', 1, ['short']),
  ])
    assert.deepEqual(read(octets, question), decodeMessage(octets, question));
});

test('a long message that cannot be read is not remembered as one that can', () => {
  const read = createLongMessageReader();
  const { octets, question } = makeAnswer('example.com', 1, [LONG]);
  const cut = octets.subarray(0, 6_000);
  assert.deepEqual(read(cut, question), { kind: 'unreadable' });
  assert.deepEqual(read(octets, question), decodeMessage(octets, question));
  assert.deepEqual(read(cut, question), { kind: 'unreadable' });
});
