import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { type Answer, type AnswerSource, type DnsRecord, questionKey } from '../answers/dns-answer.ts';
import { AT_RECORD } from '../answers/failure.ts';
import { buildKeyRecord, type KeyRecordInput } from '../records/dkim-key.ts';
import { buildKeyQuestion, checkKeys } from './key-check.ts';

const publicKey = makeKey();
const key: KeyRecordInput = { domainName: 'example.com', selector: 'autosend', algorithm: 'rsa-1024', publicKey };
const second: KeyRecordInput = { ...key, selector: 'next', publicKey: makeKey() };
const text = buildKeyRecord(key).value;

let servers = 0;
const source = (): AnswerSource => ({
  server: `ns${++servers}.example.net`,
  address: '192.0.2.1',
  via: 'authoritative',
  rttMs: 1,
});
const found = (...records: readonly DnsRecord[]): Answer => ({
  outcome: 'found',
  records,
  ttlSeconds: 300,
  source: source(),
});
const txt = (...strings: readonly string[]): DnsRecord => ({ type: 'TXT', strings });
const right = () => found(txt(text));
const wrong = () => found(txt('x'));
const absent = (reason: 'nxdomain' | 'nodata' = 'nxdomain'): Answer => ({
  outcome: 'absent',
  reason,
  negativeTtlSeconds: 300,
  source: source(),
});
const silent = (): Answer => ({
  outcome: 'failed',
  reason: 'timeout',
  kind: 'silent',
  transport: 'udp',
  step: AT_RECORD,
  source: source(),
});

/** Judges keys from what the servers answered for each of them. */
function judge(keys: readonly KeyRecordInput[], answers: readonly (readonly Answer[])[]) {
  const lookups = keys.map((each, index) => {
    const question = buildKeyQuestion(each);
    return [questionKey(question), { question, aliases: [], zone: undefined, answers: answers[index] ?? [] }] as const;
  });
  const step = checkKeys(keys, new Map(lookups));
  assert.ok(step.done);
  return step.value;
}

test("a key's record is asked of every server, by its name in lower case, and a no is not asked of resolvers", () => {
  assert.deepEqual(buildKeyQuestion({ ...key, selector: 'AutoSend', domainName: 'EXAMPLE.com' }), {
    name: 'autosend._domainkey.example.com',
    type: 'TXT',
    servers: 'every',
    validateAbsence: false,
  });
});

test('what was not looked up yet is asked for, and nothing that was', () => {
  const question = buildKeyQuestion(key);
  const known = new Map([[questionKey(question), { question, aliases: [], zone: undefined, answers: [right()] }]]);
  assert.deepEqual(checkKeys([key, second], new Map()), { done: false, ask: [question, buildKeyQuestion(second)] });
  assert.deepEqual(checkKeys([key, second], known), { done: false, ask: [buildKeyQuestion(second)] });
});

test('no keys are judged without a question', () => {
  assert.deepEqual(checkKeys([], new Map()), { done: true, value: [] });
});

const seen: readonly [name: string, answers: readonly Answer[], observation: string, status: string][] = [
  ['right on the only server', [right()], 'everywhere', 'verified'],
  ['right on all of three', [right(), right(), right()], 'everywhere', 'verified'],
  ['right, in strings cut anywhere', [found(txt(text.slice(0, 7), text.slice(7)))], 'everywhere', 'verified'],
  ['right on one, the other silent', [right(), silent()], 'answering', 'verified'],
  ['right on one, two silent', [silent(), right(), silent()], 'answering', 'verified'],
  ['right on one, absent on the other', [right(), absent()], 'partly', 'unknown'],
  ['right on one, wrong on the other', [wrong(), right()], 'partly', 'unknown'],
  ['right on one, wrong on another, one silent', [wrong(), right(), silent()], 'partly', 'unknown'],
  ['wrong everywhere', [wrong(), wrong()], 'nowhere', 'mismatched'],
  ['wrong on one, the other silent', [wrong(), silent()], 'nowhere', 'mismatched'],
  ['no such name', [absent()], 'nowhere', 'missing'],
  ['no TXT record at the name', [absent('nodata')], 'nowhere', 'missing'],
  ['records of other types only', [found({ type: 'A', address: '192.0.2.1' })], 'nowhere', 'missing'],
  ['ours beside a second text', [found(txt(text), txt('x'))], 'nowhere', 'conflicting'],
  [
    'ours beside a record of another type',
    [found(txt(text), { type: 'A', address: '192.0.2.1' })],
    'everywhere',
    'verified',
  ],
  ['one silent server', [silent()], 'unknown', 'unknown'],
  ['silent servers only', [silent(), silent()], 'unknown', 'unknown'],
];
for (const [name, answers, observation, status] of seen)
  test(`how a key's record stands is what its servers say: ${name} is "${observation}"`, () => {
    const [verdict] = judge([key], [answers]);
    assert.equal(verdict?.observation, observation);
    assert.equal(verdict.judgement.status, status);
  });

test('each key is judged by its own record, in the order of the keys', () => {
  const next = found(txt(buildKeyRecord(second).value));
  const observe = (...answers: readonly (readonly Answer[])[]) =>
    judge([key, second], answers).map(({ observation }) => observation);
  assert.deepEqual(observe([right()], [next]), ['everywhere', 'everywhere']);
  assert.deepEqual(observe([next], [right()]), ['nowhere', 'nowhere']);
  assert.deepEqual(observe([silent()], [next]), ['unknown', 'everywhere']);
  assert.deepEqual(observe([right()], [absent()]), ['everywhere', 'nowhere']);
});

test('an Ed25519 key is judged as one: the same octets as an RSA key are not right', () => {
  const octets = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const ed25519 = { ...key, algorithm: 'ed25519', publicKey: octets.toString('base64') } as const;
  const { value } = buildKeyRecord(ed25519);
  assert.equal(judge([ed25519], [[found(txt(value))]])[0]?.observation, 'everywhere');
  assert.equal(judge([ed25519], [[found(txt(value.replace('k=ed25519; ', '')))]])[0]?.observation, 'nowhere');
});

test('servers that hold the same records in another order say the same', () => {
  const [a, b] = [txt('a'), txt('b')];
  const [verdict] = judge([key], [[found(a, b), found(b, a)]]);
  assert.deepEqual(
    verdict?.judgement.observations.map(({ code, answers }) => [code, answers.length]),
    [['multiple_records', 2]],
  );
});

function makeKey(): string {
  const { publicKey: made } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  return made.export({ type: 'spki', format: 'der' }).toString('base64');
}
