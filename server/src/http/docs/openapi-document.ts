import swagger, { type SwaggerOptions } from '@fastify/swagger';
import type { RouteOptions } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import packageJson from '../../../package.json' with { type: 'json' };
import { addExamples } from './examples/add-examples.ts';
import type { OpenApiDocument } from './openapi-shape.ts';

/** Drops the second copy of a shape that is made for requests (`EventInput`) where no request has it. */
function dropUnused(document: ReturnType<typeof jsonSchemaTransformObject>): typeof document {
  if (!('components' in document)) return document;
  const schemas = document.components?.schemas ?? {};
  const paths = JSON.stringify(document.paths);
  for (const name of Object.keys(schemas))
    if (name.endsWith('Input') && !paths.includes(`"#/components/schemas/${name}"`)) delete schemas[name];
  return document;
}

/** What is read of the operations of a document. */
interface WithBody {
  readonly requestBody?: {
    required?: boolean;
    readonly content: Readonly<
      Record<string, { readonly schema?: { readonly properties?: object; readonly required?: readonly string[] } }>
    >;
  };
}

/** A body that needs no field need not be sent: the library calls every body required. */
function allowNoBody(document: ReturnType<typeof jsonSchemaTransformObject>): typeof document {
  const paths =
    'paths' in document ? (document.paths as Readonly<Record<string, Readonly<Record<string, WithBody>>>>) : {};
  for (const { requestBody } of Object.values(paths).flatMap((path) => Object.values(path))) {
    const schemas = Object.values(requestBody?.content ?? {}).map(({ schema }) => schema);
    if (requestBody && schemas.every((schema) => schema?.properties && !schema.required?.length))
      requestBody.required = false;
  }
  return document;
}

/** Tells which body is a message: a schema on its route would check a stream as if it were JSON. */
function describeMessages(document: ReturnType<typeof jsonSchemaTransformObject>): typeof document {
  const paths =
    'paths' in document
      ? (document.paths as Record<string, Record<string, { operationId?: string; requestBody?: object }>>)
      : {};
  for (const operation of Object.values(paths).flatMap((path) => Object.values(path)))
    if (operation.operationId === 'signMessage')
      operation.requestBody = {
        required: true,
        content: { 'message/rfc822': { schema: { type: 'string', format: 'binary' } } },
      };
  return document;
}

/** What the plugin uses of an application. */
interface Host {
  addHook(name: string, hook: (...given: unknown[]) => unknown): void;
  decorate(name: string, value: unknown): void;
  getSchemas(): Readonly<Record<string, unknown>>;
}

/** Gives the document, made at the first call, in the form that is asked for. */
interface DescribeApi {
  (form: 'object'): OpenApiDocument;
  (form: 'json' | 'yaml'): string;
}

/**
 * Describes these routes in OpenAPI 3.1, from the schemas that validate them. The plugin is told of the routes afterwards, all at
 * once: as a plugin of the application it would have to be loaded before the first of them.
 */
export function createApiDescription(routes: readonly RouteOptions[], publicUrl: string): DescribeApi {
  const hooks = new Map<string, (...given: unknown[]) => unknown>();
  let make: unknown;
  const host: Host = {
    addHook: (name, hook) => void hooks.set(name, hook),
    decorate: (_name, value) => {
      make = value;
    },
    // All schemas are on their routes.
    getSchemas: () => ({}),
  };
  const done = () => undefined;
  const plugin = swagger as unknown as (host: Host, options: SwaggerOptions, done: () => void) => void;
  const options: SwaggerOptions = {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'AutoSend Domains API',
        version: packageJson.version,
        description:
          'Add sending domains, publish their DNS records and verify them. An independent, open-source implementation.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: publicUrl }],
      components: {
        securitySchemes: {
          apiKey: {
            type: 'http',
            scheme: 'bearer',
            description: 'An API key: `as_…`, or `as_test_…` in a test project',
          },
          apiKeyHeader: {
            type: 'apiKey',
            in: 'header',
            name: 'x-api-key',
            description: 'The same key, without `Bearer`.',
          },
        },
      },
      security: [{ apiKey: [] }, { apiKeyHeader: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => {
      const made = describeMessages(allowNoBody(dropUnused(jsonSchemaTransformObject(document))));
      addExamples(made as object as OpenApiDocument);
      return made;
    },
  };
  plugin(host, options, done);
  for (const route of routes) hooks.get('onRoute')?.(route);
  hooks.get('onReady')?.(done);
  const read = make as (form?: { yaml: true }) => unknown;
  const describe = (form: 'object' | 'json' | 'yaml'): unknown => {
    if (form === 'yaml') return read({ yaml: true });
    return form === 'json' ? JSON.stringify(read()) : read();
  };
  return describe as DescribeApi;
}
