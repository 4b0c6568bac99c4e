import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import packageJson from '../../package.json' with { type: 'json' };

// The page sets inline styles; scripts come from us only, and nothing is asked of anyone else.
const DOCS_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Drops the second copy of a shape that is made for requests (`EventInput`) where no request has it. */
function dropUnused(document: ReturnType<typeof jsonSchemaTransformObject>): typeof document {
  if (!('components' in document)) return document;
  const schemas = document.components?.schemas ?? {};
  const paths = JSON.stringify(document.paths);
  for (const name of Object.keys(schemas))
    if (name.endsWith('Input') && !paths.includes(`"#/components/schemas/${name}"`)) delete schemas[name];
  return document;
}

/** Serves OpenAPI 3.1, made from the schemas that validate, at `/openapi.json`, and a page to read it at `/docs`. Before the routes. */
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
    transformObject: (document) => dropUnused(jsonSchemaTransformObject(document)),
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: DOCS_CSP, uiConfig: { validatorUrl: null } });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}
