import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { AutosendDomains } from '../../../../packages/sdk/src/public.ts';
import { formatCurl, formatTypeScript } from '../../../src/http/docs/examples/example.ts';
import { ANSWERS, EXAMPLES, type ExampleAnswer } from '../../../src/http/docs/examples/examples.ts';
import type { OpenApiDocument, Schema } from '../../../src/http/docs/openapi-shape.ts';
import { type ExampleStage, startExampleStage } from '../../support/docs/example-world.ts';
import { findMismatches } from '../../support/docs/match-schema.ts';
import { normalizeAnswer } from '../../support/docs/normalize-answer.ts';
import { runShell } from '../../support/docs/run-shell.ts';

/** With it the answers are recorded anew. */
const isRecording = process.env.AUTOSEND_WRITE_EXAMPLES === '1';
const FILE = new URL('../../../src/http/docs/examples/answers.json', import.meta.url);
/** What is added by the example itself. */
const EMPTY = new Set(['createDomain', 'createDnsConnection', 'advanceTestClock']);
/** What wants a domain that is verified, and a key whose record is there. */
const VERIFIED = new Set(['signMessage', 'testDomain', 'activateDomainKey', 'listMailServerKeys', 'verifyDomain']);
const hasCurl = ['/usr/bin/curl', '/usr/local/bin/curl', '/bin/curl'].some(existsSync);

let stage: ExampleStage;
let document: OpenApiDocument;
const recorded: Record<string, ExampleAnswer> = {};
before(async () => {
  stage = await startExampleStage(import.meta.url);
  document = (await stage.service.send({ url: '/openapi.json', key: null })).json;
});
after(async () => {
  await stage.close();
  if (isRecording) await writeFile(FILE, `${JSON.stringify(recorded, null, 2)}\n`);
});

const listCalls = () =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
const setUp = (id: string, path: string) => stage.setUp({ path, isEmpty: EMPTY.has(id), isVerified: VERIFIED.has(id) });

/** What the stream tells of an event: the same as the list. */
function formatStream(list: ExampleAnswer | undefined): string {
  assert.ok(list);
  const { data } = list.body as { data: { events: { id: string; type: string }[] } };
  return data.events
    .map(({ id, ...event }) => `: open\n\nid: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n`)
    .join('\n');
}

/** What a value is made of, without what it says: lists are as their first entry. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return value === null ? null : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
}

test('every call has an example and an answer, and no example is for a call that is gone', () => {
  const calls = listCalls()
    .map(({ operation }) => operation.operationId)
    .sort();
  assert.deepEqual(Object.keys(EXAMPLES).sort(), calls);
  if (!isRecording) assert.deepEqual(Object.keys(ANSWERS).sort(), calls);
});

test('every example in curl works as it stands, and is answered as the reference says', {
  skip: !hasCurl && 'curl is absent',
}, async (t) => {
  for (const { method, path, operation } of listCalls()) {
    const id = operation.operationId;
    const example = EXAMPLES[id];
    assert.ok(example, id);
    const world = await setUp(id, path);
    const key = id === 'listMailServerKeys' ? world.pullingKey : world.key;
    const variables = {
      ...{ URL: stage.url, KEY: key, ID: world.domainId, WEBHOOK: world.webhookId },
      ...{ DELIVERY: world.deliveryId, SELECTOR: world.selector, LINK: world.linkId, CONNECTION: world.connectionId },
      PLAN: world.planId,
    };
    const command = formatCurl(method, path, example);
    const options = { folder: stage.folder, isEndless: id === 'streamEvents' };
    const { code, stdout, stderr } = await runShell(`${command} -w '\\n%{http_code}'`, variables, options);
    if (id === 'streamEvents') {
      assert.match(stdout, /^: open/, command);
      recorded[id] = { status: 200, body: formatStream(recorded.listEvents) };
      continue;
    }
    assert.equal(code, 0, `${command}\n${stdout}${stderr}`);
    const [, text = '', status] = /^(.*)\n(\d+)$/s.exec(normalizeAnswer(stdout, world, stage.url)) ?? [];
    const body: unknown = /^\s*\{/.test(text) ? JSON.parse(text) : text;
    recorded[id] = { status: Number(status), body };
    const shown = ANSWERS[id];
    if (isRecording) continue;
    assert.equal(shown?.status, Number(status), id);
    assert.deepEqual(shapeOf(shown?.body), shapeOf(body), id);
  }
  t.diagnostic(`${Object.keys(recorded).length} calls`);
});

test('every example in TypeScript works as it stands', async () => {
  const log = console.log;
  console.log = () => undefined;
  try {
    for (const { path, operation } of listCalls()) {
      const id = operation.operationId;
      const example = EXAMPLES[id];
      assert.ok(example, id);
      const world = await setUp(id, path);
      const key = id === 'listMailServerKeys' ? world.pullingKey : world.key;
      const autosend = new AutosendDomains({ baseUrl: stage.url, apiKey: key });
      if (id === 'streamEvents') await letFollow(autosend);
      await example
        .typescript({ ...world, autosend, url: stage.url, key })
        .catch((error: unknown) => assert.fail(`${id}: ${String(error)}`));
    }
  } finally {
    console.log = log;
  }
});

/** Begins the stream after an event that was followed by another, so that there is something to tell. */
async function letFollow(autosend: AutosendDomains): Promise<void> {
  await autosend.domains.create({ domain: 'another.example.com' });
  const { events } = await autosend.events.list();
  const follow = autosend.events.follow.bind(autosend.events);
  autosend.events.follow = (options) => follow({ lastEventId: events[0]?.id, ...options });
}

test('the answers that are shown are what the document says of them', { skip: isRecording }, () => {
  const { schemas } = document.components;
  for (const { operation } of listCalls()) {
    const { status, body } = ANSWERS[operation.operationId] ?? { status: 0, body: null };
    const content = operation.responses[String(status)]?.content;
    const schema: Schema | undefined = content?.['application/json']?.schema;
    if (schema) assert.deepEqual(findMismatches(schema, body, schemas), [], operation.operationId);
    else if (content) assert.equal(typeof body, 'string', operation.operationId);
  }
});

test('examples are short enough to read', () => {
  for (const [id, example] of Object.entries(EXAMPLES)) {
    const text = formatTypeScript(example);
    assert.ok(text.length > 0 && !text.includes('async ('), id);
    assert.ok(Math.max(...text.split('\n').map((line) => line.length)) <= 110, `${id}\n${text}`);
  }
});
