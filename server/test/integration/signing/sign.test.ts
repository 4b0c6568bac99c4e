import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { splitTxtValue } from '../../../src/core/records/records.ts';
import { createTestApp, type TestApp, type TestReply } from '../../support/app.ts';
import { waitUntil } from '../../support/clock.ts';
import { createSeededRandom } from '../../support/dns/seeded-random.ts';
import { buildHardMessages, sendOverSmtp } from '../../support/hard-messages.ts';

let service: TestApp;
let id: string;
/** The texts at each name, as a receiver's resolver gives them. */
const published = new Map<string, string>();
before(async () => {
  service = await createTestApp(import.meta.url, { keys: 'fresh' });
  id = await addSigning('example.com');
});
after(() => service.close());

/** A verified domain with an RSA and an Ed25519 key in use, without the DNS that leads there. */
async function addSigning(name: string): Promise<string> {
  const domain = await service.addDomain(name);
  const made = await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/keys`, body: { type: 'ed25519' } });
  await service.query(`UPDATE dkim_keys SET stage = 'active' WHERE domain_id = $1`, [domain.id]);
  await setStatus(domain.id, 'VERIFIED');
  for (const { name: at, value } of [domain.dnsRecords.dkim, made.json.data.record]) published.set(at, value);
  return domain.id;
}

const setStatus = async (of: string, status: string) => {
  await service.query(
    `UPDATE domains SET status = $2, state = jsonb_set(state, '{status}', to_jsonb($2::text)) WHERE id = $1`,
    [of, status],
  );
  // A node remembers for a second who signs.
  service.clock.advance(1_000);
};

function sign(message: string | Buffer, { of = id, query = '', type = 'message/rfc822' } = {}): Promise<TestReply> {
  const body = typeof message === 'string' ? Buffer.from(message) : message;
  return service.send({
    method: 'POST',
    url: `/v1/domains/${of}/sign${query}`,
    body,
    headers: { 'content-type': type },
  });
}

async function signed(message: string | Buffer, options = {}): Promise<string[]> {
  const { status, json, text } = await sign(message, options);
  assert.equal(status, 200, text);
  return json.data.headers;
}

/** Verifies as a receiver does; the results of the signatures in their order. */
async function verify(message: Buffer) {
  const { results } = await dkimVerify(message, {
    strict: true,
    resolver: async (name: string) => {
      const value = published.get(name);
      if (value === undefined) throw Object.assign(new Error(name), { code: 'ENOTFOUND' });
      return [splitTxtValue(value)];
    },
  });
  return results.map(({ status, signingDomain, algo }) => ({ result: status.result, signingDomain, algo }));
}

const MESSAGE = 'From: Ada <ada@example.com>\r\nTo: b@example.org\r\nSubject: Hello\r\n\r\nA line.\r\n';

test('a signed message verifies with both keys, and each line is short and ends in CRLF', async () => {
  const headers = await signed(MESSAGE);
  assert.equal(headers.length, 2);
  for (const header of headers) {
    assert.match(header, /^DKIM-Signature: v=1; a=(rsa|ed25519)-sha256; c=relaxed\/relaxed; d=example\.com;/);
    assert.ok(header.endsWith('\r\n') && !header.slice(0, -2).includes('\r\n\r\n'));
    for (const line of header.slice(0, -2).split('\r\n')) assert.ok(line.length <= 78, line);
  }
  assert.deepEqual(await verify(Buffer.from(headers.join('') + MESSAGE)), [
    { result: 'pass', signingDomain: 'example.com', algo: 'rsa-sha256' },
    { result: 'pass', signingDomain: 'example.com', algo: 'ed25519-sha256' },
  ]);
});

for (const [what, change] of [
  ['a changed subject', (text: string) => text.replace('Subject: Hello', 'Subject: Bye')],
  ['a second From before the first', (text: string) => `From: eve@other.example\r\n${text}`],
  ['a second Subject before the first', (text: string) => `Subject: Pay now\r\n${text}`],
  ['a changed body', (text: string) => text.replace('A line.', 'Another line.')],
  ['a line after the body', (text: string) => `${text}more\r\n`],
] as const)
  test(`${what} breaks the signatures`, async () => {
    const whole = (await signed(MESSAGE)).join('') + MESSAGE;
    const results = await verify(Buffer.from(change(whole)));
    assert.ok(results.length === 2 && results.every(({ result }) => result !== 'pass'), JSON.stringify(results));
  });

for (const [what, change] of [
  ['trace fields before it', (text: string) => `Received: from a by b; now\r\nReturn-Path: <x@y.example>\r\n${text}`],
  ['other folds and white space', (text: string) => text.replace('Subject: Hello', 'Subject:\r\n\tHello  ')],
  ['empty lines at the end', (text: string) => `${text}\r\n\r\n`],
  ['a list of its own', (text: string) => text.replace('\r\n\r\n', '\r\nPrecedence: list\r\n\r\n')],
] as const)
  test(`${what} does not break the signatures`, async () => {
    const whole = (await signed(MESSAGE)).join('') + MESSAGE;
    assert.deepEqual(
      (await verify(Buffer.from(change(whole)))).map(({ result }) => result),
      ['pass', 'pass'],
    );
  });

test('200 hard messages verify after SMTP has given every line its CRLF', async (t) => {
  const random = createSeededRandom();
  t.diagnostic(`AUTOSEND_TEST_SEED=${random.seed} repeats the messages of this run`);
  const messages = buildHardMessages(random);
  assert.equal(messages.length, 200);
  for (const { what, octets } of messages) {
    const headers = await signed(octets);
    const results = await verify(Buffer.concat([Buffer.from(headers.join('')), sendOverSmtp(octets)]));
    const ours = results.filter(({ signingDomain }) => signingDomain === 'example.com');
    assert.deepEqual(
      ours.map(({ result }) => result),
      ['pass', 'pass'],
      what,
    );
  }
});

test('x= is there when it is asked for, and the signature passes before and not after', async () => {
  const [plain] = await signed(MESSAGE);
  assert.ok(!/[ \t]x=/.test(plain ?? ''));
  const [header] = await signed(MESSAGE, { query: '?expiresInSeconds=3600' });
  const [, from, to] = /t=(\d+);\s+x=(\d+);/.exec(header ?? '') ?? [];
  assert.equal(Number(to) - Number(from), 3600);
  for (const wrong of ['59', '0', '-1', '1e3', '31536001', '', 'x'])
    assert.equal((await sign(MESSAGE, { query: `?expiresInSeconds=${wrong}` })).status, 400, wrong);
});

for (const [what, message, field, problem] of [
  ['nothing', '', 'body', /no From field|Send an RFC 5322 message/],
  ['no From', 'To: a@example.com\r\n\r\nx', 'from', /no From field/],
  ['two From fields', `From: a@example.com\r\n${MESSAGE}`, 'from', /2 From fields; it must have exactly one/],
  [
    'From without an address',
    'From: Ada\r\n\r\nx',
    'from',
    /The From field can.t be read: "Ada" isn.t an email address/,
  ],
  ['no header at all', 'Hello Ada,\r\nhow are you?\r\n', 'body', /line 1 isn't a header field/],
  ['a header without end', `From: a@example.com\r\n${'X: y\r\n'.repeat(200_000)}`, 'body', /larger than 1 MB/],
  ['10,000 header fields', `From: a@example.com\r\n${'X: y\r\n'.repeat(10_000)}\r\nx`, 'body', /more than 2000 fields/],
  ['NUL in the header', 'From: a@example.com\r\nX: \0\r\n\r\nx', 'body', /NUL/],
  [
    'a mailbox file',
    'From a@example.com Sat Jan  3 1996\r\nFrom: a@example.com\r\n\r\nx',
    'body',
    /line 1 isn't a header field/,
  ],
] as const)
  test(`refused, and said why: ${what}`, async () => {
    const { status, json } = await sign(message);
    assert.equal(status, 400);
    assert.match(json.error.message, problem);
    assert.ok(what === 'nothing' || json.error.details[0].field === field);
  });

for (const from of [
  'eve@other.example',
  'a@example.com, eve@other.example',
  'a@notexample.com',
  'a@example.com.other.example',
  'a@com',
])
  test(`From: ${from} is not the domain's to sign`, async () => {
    const { status, json } = await sign(`From: ${from}\r\n\r\nx`);
    assert.deepEqual([status, json.error.code], [409, 'FROM_NOT_ALLOWED']);
    assert.match(json.error.message, /which isn't example\.com or one of its subdomains/);
  });

test('a domain that is not verified signs nothing and says what is missing; one at risk goes on signing', async () => {
  const other = await addSigning('example.net');
  const message = MESSAGE.replace('example.com', 'example.net');
  await setStatus(other, 'TEMPORARY_FAILURE');
  assert.equal((await sign(message, { of: other })).status, 200);
  for (const status of ['PENDING_CONFIGURATION', 'FAILED']) {
    await setStatus(other, status);
    const refused = await sign(message, { of: other });
    assert.deepEqual([refused.status, refused.json.error.code], [409, 'DOMAIN_NOT_VERIFIED']);
    assert.match(refused.json.error.message, new RegExp(`the domain is ${status}\\. `));
  }
});

test('another content type is 415 and says which one is taken', async () => {
  for (const type of ['application/json', 'text/plain']) {
    const { status, json } = await sign('{}', { type });
    assert.equal(status, 415);
    assert.match(json.error.message, /message\/rfc822/);
  }
});

test('25 MB are signed in pieces as they come, one octet more is 413, and a message that breaks off harms nobody', async () => {
  const url = `${await listen()}/v1/domains/${id}/sign`;
  const head = Buffer.from('From: ada@example.com\r\n\r\n');
  const limit = 25 * 1024 * 1024;
  const send = (octets: number, fail = false) => {
    async function* pieces() {
      yield head;
      const piece = Buffer.alloc(64 * 1024, 'word word \r\n');
      for (let left = octets - head.length; left > 0; left -= piece.length) yield piece.subarray(0, left);
      if (fail) throw new Error('broken off');
    }
    return fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${service.key}`, 'content-type': 'message/rfc822' },
      body: Readable.toWeb(Readable.from(pieces())) as ReadableStream,
      duplex: 'half',
    } as RequestInit);
  };
  const whole = await send(limit);
  assert.equal(whole.status, 200);
  const tooLarge = await send(limit + 1).then(
    (reply) => reply.status,
    () => 413,
  );
  assert.equal(tooLarge, 413);
  await assert.rejects(send(100_000, true));
  assert.equal((await send(1_000)).status, 200);
});

/** The address of the one server of these tests. */
let address: Promise<string> | undefined;
function listen(): Promise<string> {
  address ??= service.listen();
  return address;
}

test('a refused message is read to its end, and the next request on its connection is answered at once', async () => {
  const port = Number(new URL(await listen()).port);
  const pending = (await service.addDomain('pending.example.com')).id;
  const body = `\r\n${'word word \r\n'.repeat(17_000)}`;
  for (const [of, header, status] of [
    [id, 'To: b@example.org', 400],
    [id, 'From: eve@other.example', 409],
    [pending, 'From: a@pending.example.com', 409],
    ['f'.repeat(24), 'From: a@example.com', 404],
    [id, 'From: ada@example.com\r\nX: \0', 400],
  ] as const)
    for (const isChunked of [false, true]) {
      const message = `${header}\r\n${body}`;
      const auth = `Host: x\r\nx-api-key: ${service.key}\r\n`;
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      let text = '';
      socket.setEncoding('latin1').on('data', (chunk: string) => {
        text += chunk;
      });
      const size = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${message.length}`;
      const sent = isChunked ? `${message.length.toString(16)}\r\n${message}\r\n0\r\n\r\n` : message;
      socket.write(
        `POST /v1/domains/${of}/sign HTTP/1.1\r\n${auth}Content-Type: message/rfc822\r\n${size}\r\n\r\n${sent}`,
      );
      socket.write(`GET /v1/regions HTTP/1.1\r\n${auth}\r\n`);
      await waitUntil(
        async () => text.includes('"primary"'),
        () => `${header}, chunked ${isChunked}: ${text.slice(0, 400)}`,
      );
      assert.ok(text.startsWith(`HTTP/1.1 ${status} `), `${header}: ${text.slice(0, 300)}`);
      socket.destroy();
    }
});

test('a refusal is not remembered: a domain that is verified signs at once', async () => {
  const soon = await addSigning('soon.example.com');
  const message = 'From: a@soon.example.com\r\n\r\nx';
  const set = (status: string) => service.query('UPDATE domains SET status = $2 WHERE id = $1', [soon, status]);
  await set('PENDING_CONFIGURATION');
  service.clock.advance(1_000);
  assert.equal((await sign(message, { of: soon })).status, 409);
  await set('VERIFIED');
  assert.equal((await sign(message, { of: soon })).status, 200);
});

for (const [what, body] of [
  ['a CR without LF', 'one\rtwo\r\n'],
  ['a CR at the very end', 'one\r'],
  ['two CR before a LF', 'one\r\r\n'],
  ['a NUL', 'one\0two\r\n'],
] as const)
  test(`${what} in the body is refused, since no receiver could verify its signature`, async () => {
    const { status, json } = await sign(`From: ada@example.com\r\n\r\n${body}`);
    assert.equal(status, 400);
    assert.match(
      json.error.message,
      what === 'a NUL' ? /contains a NUL at offset 3/ : /a CR without an LF at offset 3/,
    );
  });

test('a key that may only read signs nothing', async () => {
  const { key } = await service.createKey(service.project, { permission: 'read_only' });
  const { status } = await service.send({
    method: 'POST',
    url: `/v1/domains/${id}/sign`,
    key,
    body: Buffer.from(MESSAGE),
    headers: { 'content-type': 'message/rfc822' },
  });
  assert.equal(status, 403);
});
