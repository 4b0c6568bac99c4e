import { readFileSync } from 'node:fs';
import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import packageJson from '../../package.json' with { type: 'json' };
import { buildServedFile, type ServedFile, sendServedFile } from './served-file.ts';

// The page sets inline styles; scripts come from us only, and nothing is asked of anyone else.
const DOCS_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** Short, because the next version has them under the same addresses; with the entity tag, asking again costs nothing. */
const CACHE_CONTROL = 'public, max-age=300';
const JSON_TYPE = 'application/json; charset=utf-8';

/** The parts of Swagger UI, and their types. */
const PARTS = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'index.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'swagger-ui-standalone-preset.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
} as const;
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>AutoSend Domains API</title>
<link rel="stylesheet" href="/docs/static/swagger-ui.css">
<link rel="stylesheet" href="/docs/static/index.css">
<link rel="icon" type="image/png" href="/docs/static/favicon-32x32.png" sizes="32x32">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/static/swagger-ui-bundle.js"></script>
<script src="/docs/static/swagger-ui-standalone-preset.js"></script>
<script src="/docs/static/swagger-initializer.js"></script>
</body>
</html>
`;
const INITIALIZER = `window.onload = () => {
  SwaggerUIBundle({
    url: '/openapi.json',
    dom_id: '#swagger-ui',
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    plugins: [SwaggerUIBundle.plugins.DownloadUrl],
    layout: 'StandaloneLayout',
    validatorUrl: null,
  });
};
`;

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

/**
 * Serves OpenAPI 3.1, made from the schemas that validate, at `/openapi.json`, and a page to read it at `/docs`. Before the
 * routes. Each is made at the first request for it, once, and so are its compressed forms.
 */
export async function serveDocs(app: FastifyInstance, publicUrl: string): Promise<void> {
  await app.register(swagger, {
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
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key: `as_…`' },
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
    transformObject: (document) => describeMessages(allowNoBody(dropUnused(jsonSchemaTransformObject(document)))),
  });

  const serve = (urls: readonly string[], type: string, read: () => Buffer) => {
    let file: ServedFile | undefined;
    const handler = (request: FastifyRequest, reply: FastifyReply) => {
      file ??= buildServedFile(read(), type, CACHE_CONTROL);
      reply.header('content-security-policy', DOCS_CSP);
      return sendServedFile(request, reply, file);
    };
    for (const url of urls) app.get(url, { schema: { hide: true } }, handler);
  };
  serve(['/openapi.json', '/docs/json'], JSON_TYPE, () => Buffer.from(JSON.stringify(app.swagger())));
  serve(['/docs/yaml'], 'application/yaml; charset=utf-8', () => Buffer.from(app.swagger({ yaml: true })));
  serve(['/docs', '/docs/'], 'text/html; charset=utf-8', () => Buffer.from(PAGE));
  serve(['/docs/static/swagger-initializer.js'], 'text/javascript; charset=utf-8', () => Buffer.from(INITIALIZER));
  // The files alone: the package's own plugin reads them anew for each request, and sends them as they are.
  const folder = new URL('static/', import.meta.resolve('@fastify/swagger-ui/package.json'));
  for (const [name, type] of Object.entries(PARTS))
    serve([`/docs/static/${name}`], type, () => readFileSync(new URL(name, folder)));
}
