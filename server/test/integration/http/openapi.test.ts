import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { buildTypes } from '../../../../packages/sdk/scripts/build-types.mjs';
import { createTestApp, type TestApp } from '../../support/app.ts';

interface Operation {
  readonly operationId?: string;
  readonly description?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly { name: string; in: string; required?: boolean }[];
  readonly requestBody?: { content: Record<string, { schema: unknown }>; required?: boolean };
  readonly responses: Record<string, { description?: string; content?: Record<string, { schema: unknown }> }>;
}
interface OpenApi {
  readonly openapi: string;
  readonly info: { title: string; version: string };
  readonly servers: readonly { url: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, Record<string, unknown>>; securitySchemes: Record<string, unknown> };
  readonly security: readonly unknown[];
}

let service: TestApp;
let document: OpenApi;
before(async () => {
  service = await createTestApp(import.meta.url, { variables: { PUBLIC_URL: 'https://mail.example.com/' } });
  document = (await service.send({ url: '/openapi.json', key: null })).json;
});
after(() => service.close());

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
const listOperations = () =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );

/** Every object in a JSON value. */
function* listObjects(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Record<string, unknown>;
  for (const inner of Object.values(value)) yield* listObjects(inner);
}

test('the document is OpenAPI 3.1 with the parts that it must have', () => {
  assert.match(document.openapi, /^3\.1\.\d+$/);
  assert.ok(document.info.title);
  assert.deepEqual(document.servers, [{ url: 'https://mail.example.com' }]);
  assert.deepEqual(Object.keys(document.components.securitySchemes), ['apiKey', 'apiKeyHeader']);
  assert.deepEqual(document.security, [{ apiKey: [] }, { apiKeyHeader: [] }]);
});

test('its version is the one of the package', async () => {
  const text = await readFile(new URL('../../../../package.json', import.meta.url), 'utf8');
  assert.equal(document.info.version, (JSON.parse(text) as { version: string }).version);
});

test('every call of the wire, and what we add, is in it', () => {
  const listed = listOperations().map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  for (const call of [
    'POST /v1/domains',
    'GET /v1/domains',
    'GET /v1/domains/{domainId}',
    'DELETE /v1/domains/{domainId}',
    'POST /v1/domains/{domainId}/verify',
    'GET /v1/domains/{domainId}/events',
    'GET /v1/domains/{domainId}/zone-file',
    'GET /v1/regions',
    'GET /health/live',
    'GET /health/ready',
  ])
    assert.ok(listed.includes(call), call);
});

test('every call in it is really served', () => {
  for (const { path, method } of listOperations()) {
    const url = path.replaceAll(/\{(\w+)\}/g, ':$1');
    assert.ok(service.app.hasRoute({ url, method: method.toUpperCase() as 'GET' }), `${method} ${path}`);
  }
});

test('every operation is whole: a summary, its path parameters, descriptions and schemas of its answers', () => {
  for (const { path, method, operation } of listOperations()) {
    const label = `${method} ${path}`;
    assert.ok(METHODS.includes(method), label);
    assert.ok(operation.summary && operation.tags?.length, label);
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
    assert.deepEqual(
      declared.map(({ name }) => name),
      inPath,
      label,
    );
    assert.ok(
      declared.every(({ required }) => required === true),
      label,
    );
    for (const [status, response] of Object.entries(operation.responses)) {
      assert.match(status, /^[1-5]\d\d$/, label);
      assert.equal(typeof response.description, 'string', `${label} ${status}`);
      const schemas = Object.values(response.content ?? {}).map(({ schema }) => schema);
      if (path.startsWith('/v1') && status !== '304')
        assert.ok(schemas.length > 0 && schemas.every(Boolean), `${label} ${status}`);
    }
    if (path.startsWith('/v1'))
      for (const status of ['400', '401', '403', '429', '503'])
        assert.ok(operation.responses[status], `${label} ${status}`);
  }
});

test('every operation has an id of its own, a description, and an example of what is sent and answered', () => {
  const operations = listOperations();
  assert.equal(new Set(operations.map(({ operation }) => operation.operationId)).size, operations.length);
  for (const { operation } of operations) {
    const { operationId: id, description, requestBody, responses } = operation;
    assert.ok(id && description, id);
    const sent = requestBody?.content['application/json'];
    assert.ok(!sent || 'example' in sent, id);
    for (const [status, response] of Object.entries(responses)) {
      assert.notEqual(response.description, 'Default Response', id);
      if (Number(status) >= 300) continue;
      const [answered] = Object.values(response.content ?? {});
      assert.ok(!answered || 'example' in answered, id);
    }
  }
});

test('a body is required where one of its fields is, and nowhere else', () => {
  const bodies = listOperations().flatMap(({ path, method, operation }) => {
    const body = operation.requestBody;
    const schema = body?.content['application/json']?.schema as { required?: readonly string[] } | undefined;
    return schema
      ? [{ call: `${method} ${path}`, isRequired: body?.required ?? false, fields: schema.required ?? [] }]
      : [];
  });
  for (const { call, isRequired, fields } of bodies) assert.equal(isRequired, fields.length > 0, call);
  const free = bodies.filter(({ isRequired }) => !isRequired).map(({ call }) => call);
  assert.ok(free.includes('post /v1/domains/{domainId}/keys') && free.includes('post /v1/domains/{domainId}/proof'));
});

test('every reference in it leads somewhere', () => {
  for (const object of listObjects(document)) {
    if (!('$ref' in object)) continue;
    const [, ...steps] = String(object.$ref).split('/');
    const target = steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document);
    assert.ok(target, String(object.$ref));
  }
});

test('what it says of the Domain object is what is answered, key for key', async () => {
  const { properties, required, additionalProperties } = document.components.schemas.Domain ?? {};
  const domain = await service.addDomain('documented.example.com');
  const documented = Object.keys(properties ?? {});
  assert.deepEqual(
    documented.filter((key) => key !== 'verifiedAt'),
    Object.keys(domain),
  );
  assert.deepEqual(required, Object.keys(domain));
  assert.equal(additionalProperties, false);
});

test('the types of the SDK are made from it, whoever serves it', async () => {
  const committed = await readFile(new URL('../../../../packages/sdk/src/openapi.ts', import.meta.url), 'utf8');
  assert.equal(committed, await buildTypes(document), 'run "npm run docs" and commit the result');
});
