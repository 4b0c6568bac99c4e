import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, decode, encode } from 'dns-packet';
import type { ExtendedError } from '../core/answers/failure.ts';
import { decodeName, measureName, writeName } from '../core/names/name-wire.ts';
import { compareQuestion, decodeMessage, encodeQuery } from './wire.ts';

const NAME = 'a.example.com';

function query(caseBits: Uint8Array | null = null) {
  const encoded = encodeQuery({ id: 7, name: NAME, type: 'TXT', recursionDesired: false, edns: true, caseBits });
  assert.ok(encoded);
  return encoded;
}

function answer(...answers: Answer[]): Buffer {
  return encode({ id: 7, type: 'response', flags: 0x0400, questions: [{ name: NAME, type: 'TXT' }], answers });
}

const read = (message: Buffer) => decodeMessage(message, query().question);

function readRecord(record: Answer) {
  const message = read(answer(record));
  assert.ok(!('kind' in message));
  return message.answers[0]?.data;
}

test('a query is one that another implementation reads: one question, EDNS with 1232 octets', () => {
  const packet = decode(query().message);
  assert.deepEqual(packet.questions, [{ name: NAME, type: 'TXT', class: 'IN' }]);
  assert.equal(packet.flag_rd, false);
  const [opt] = packet.additionals ?? [];
  assert.ok(opt?.type === 'OPT' && opt.udpPayloadSize === 1232);
});

test('a question to a resolver asks for AD, and for CD where it must not validate; one to a name server for neither', () => {
  for (const [recursionDesired, checkingDisabled] of [
    [true, false],
    [true, true],
    [false, false],
  ] as const) {
    const options = { id: 7, name: NAME, type: 'TXT', edns: true, caseBits: null } as const;
    const encoded = encodeQuery({ ...options, recursionDesired, checkingDisabled });
    assert.ok(encoded);
    const packet = decode(encoded.message);
    assert.deepEqual(
      [packet.flag_rd, packet.flag_ad, packet.flag_cd],
      [recursionDesired, recursionDesired, checkingDisabled],
    );
  }
});

test('0x20 changes the case of letters and nothing else', () => {
  const { message } = query(new Uint8Array([0xff, 0xff]));
  assert.equal(decode(message).questions?.[0]?.name, 'A.EXAMPLE.COM');
});

test('a question is compared octet by octet, and another case is told apart from another question', () => {
  const sent = query(new Uint8Array([0b10101010, 0b01010101]));
  const other = (name: string, type: 'TXT' | 'MX') => encode({ type: 'response', questions: [{ name, type }] });
  assert.equal(compareQuestion(sent.message, sent.question), 'same');
  assert.equal(compareQuestion(other(NAME, 'TXT'), sent.question), 'other-case');
  assert.equal(compareQuestion(other('b.example.com', 'TXT'), sent.question), 'different');
  assert.equal(compareQuestion(other(NAME, 'MX'), sent.question), 'different');
  assert.equal(compareQuestion(other('a.example.co', 'TXT'), sent.question), 'different');
  assert.equal(compareQuestion(encode({ type: 'response' }), sent.question), 'different');
});

test('each record type comes back as its value', () => {
  const cases: [Answer, unknown][] = [
    [
      { name: NAME, type: 'A', data: '192.0.2.1' },
      { type: 'A', address: '192.0.2.1' },
    ],
    [
      { name: NAME, type: 'AAAA', data: '2001:db8:0:0:0:0:0:1' },
      { type: 'AAAA', address: '2001:db8::1' },
    ],
    [
      { name: NAME, type: 'NS', data: 'NS.Example.com' },
      { type: 'NS', target: 'ns.example.com' },
    ],
    [
      { name: NAME, type: 'MX', data: { preference: 0, exchange: '.' } },
      { type: 'MX', preference: 0, exchange: '' },
    ],
    [
      { name: NAME, type: 'TXT', data: ['a', 'b'] },
      { type: 'TXT', strings: ['a', 'b'] },
    ],
    [{ name: NAME, type: 'CAA', data: { tag: 'issue', value: 'x' } }, null],
    [
      { name: NAME, type: 'SOA', data: { mname: 'm', rname: 'r', serial: 5, minimum: 9 } },
      { type: 'SOA', primary: 'm', serial: 5, minimumSeconds: 9 },
    ],
  ];
  for (const [record, expected] of cases) assert.deepEqual(readRecord(record), expected);
});

test('a TTL with its high bit set is zero (RFC 2181 §8)', () => {
  const message = read(answer({ name: NAME, type: 'A', ttl: 0x80000000, data: '192.0.2.1' }));
  assert.ok(!('kind' in message) && message.answers[0]?.ttlSeconds === 0);
});

test('the upper bits of the response code are read from EDNS', () => {
  const opt = { name: '.', type: 'OPT' as const, udpPayloadSize: 1232, extendedRcode: 1, ednsVersion: 0, flags: 0 };
  const bytes = encode({
    type: 'response',
    questions: [{ name: NAME, type: 'TXT' }],
    additionals: [{ ...opt, flag_do: false, options: [] }],
  });
  const message = read(bytes);
  assert.ok(!('kind' in message) && message.rcode === 16);
});

test('extended errors are read, and an option that does not fit makes the whole message unreadable (RFC 8914, RFC 6891)', () => {
  const cases: [what: string, options: number[], expected: readonly ExtendedError[] | null][] = [
    ['none', [], []],
    ['one', [0, 15, 0, 2, 0, 24], [{ code: 24 }]],
    ['one with text', [0, 15, 0, 4, 0, 24, 0x68, 0x69], [{ code: 24, text: 'hi' }]],
    ['one whose text ends with a null', [0, 15, 0, 5, 0, 24, 0x68, 0x69, 0], [{ code: 24, text: 'hi' }]],
    [
      'two, and a cookie between',
      [0, 15, 0, 2, 0, 22, 0, 10, 0, 1, 9, 0, 15, 0, 2, 1, 0],
      [{ code: 22 }, { code: 256 }],
    ],
    ['no room for the code', [0, 15, 0, 1, 0], null],
    ['a length past the end of the record', [0, 15, 0, 3, 0, 24], null],
    ['half an option', [0, 15, 0], null],
  ];
  const end = 12 + query().question.length;
  for (const [what, options, expected] of cases) {
    const opt = Buffer.from([0, 0, 41, 4, 0xd0, 0, 0, 0, 0, 0, options.length, ...options]);
    const bytes = Buffer.concat([answer().subarray(0, end), opt]);
    bytes.writeUInt16BE(1, 10);
    const message = read(bytes);
    assert.deepEqual('kind' in message ? null : message.extendedErrors, expected, what);
  }
});

test('a message that is cut anywhere is malformed and never a shorter record', () => {
  const whole = answer({ name: NAME, type: 'TXT', data: ['first', 'second'] });
  for (let length = 0; length < whole.length; length++) {
    if (length < 12 + query().question.length) continue;
    assert.deepEqual(read(whole.subarray(0, length)), { kind: 'unreadable' }, `cut to ${length}`);
  }
});

test('a record whose length does not fit its type is malformed', () => {
  const lengthAt = 12 + query().question.length + NAME.length + 2 + 8;
  for (const record of [
    { name: NAME, type: 'A', data: '192.0.2.1' },
    { name: NAME, type: 'TXT', data: ['first', 'second'] },
    { name: NAME, type: 'MX', data: { preference: 1, exchange: 'mx.example.com' } },
    { name: NAME, type: 'CNAME', data: 'b.example.com' },
  ] satisfies Answer[]) {
    for (const change of [-1, 1]) {
      const bytes = Buffer.concat([answer(record), Buffer.from([9])]);
      bytes.writeUInt16BE(bytes.readUInt16BE(lengthAt) + change, lengthAt);
      assert.deepEqual(read(bytes), { kind: 'unreadable' }, `${record.type} ${change}`);
    }
  }
});

test('no octets whatever make reading throw or hang', () => {
  const whole = answer({ name: NAME, type: 'MX', data: { preference: 1, exchange: 'mx.example.com' } });
  for (let at = 0; at < whole.length; at++) {
    for (let value = 0; value < 256; value++) {
      const bytes = Buffer.from(whole);
      bytes[at] = value;
      read(bytes);
      compareQuestion(bytes, query().question);
    }
  }
});

test('names: pointers go backwards only, lengths hold, and a dot inside a label stays inside', () => {
  const cases: [string, number[], number, string | undefined][] = [
    ['root', [0], 0, ''],
    ['upper case', [2, 0x41, 0x42, 0], 0, 'ab'],
    ['a dot inside a label', [3, 0x61, 0x2e, 0x62, 0], 0, 'a\\046b'],
    ['a pointer back', [1, 0x61, 0, 1, 0x62, 0xc0, 0], 3, 'b.a'],
    ['a pointer to itself', [0xc0, 0], 0, undefined],
    ['a pointer forward', [0xc0, 2, 0], 0, undefined],
    ['two pointers in a circle', [0xc0, 2, 0xc0, 0], 2, undefined],
    ['a reserved label type', [0x40, 0x61, 0], 0, undefined],
    ['a label past the end', [5, 0x61], 0, undefined],
    ['no end', [1, 0x61], 0, undefined],
    ['more than 255 octets', [...Array.from({ length: 128 }, () => [1, 0x61]).flat(), 0], 0, undefined],
  ];
  for (const [what, octets, start, expected] of cases) {
    assert.equal(decodeName(Buffer.from(octets), start)?.name, expected, what);
  }
});

test('names are written as they are read, and what is no name is refused', () => {
  const longest = `${'a.'.repeat(126)}b`;
  const label = 'l'.repeat(63);
  const cases: readonly [name: string, isName: boolean][] = [
    ['', true],
    ['a', true],
    ['_x.sub-1.example.com', true],
    [longest, true],
    [`a${longest}`, false],
    [`${label}.example`, true],
    [`${label}l.example`, false],
    [`example.${label}l`, false],
    ['.', false],
    ['.example', false],
    ['example.', false],
    ['a..example', false],
    ['a b.example', false],
    ['a\\.b.example', false],
    ['\u007f.example', false],
    ['ä.example', false],
  ];
  assert.equal(longest.length, 253);
  for (const [name, isName] of cases) {
    const out = Buffer.alloc(3 + measureName(name), 0xff);
    assert.equal(writeName(name, out, 3), isName, name);
    if (isName) assert.deepEqual(decodeName(out, 3), { name, next: out.length });
  }
  const out = Buffer.alloc(measureName('A.ExAmple'));
  assert.ok(writeName('A.ExAmple', out, 0));
  assert.equal(decodeName(out, 0)?.name, 'a.example');
  assert.ok(out.includes('example'));
});
