import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { validationError } from '../../core/errors.ts';
import type { DomainName, ProjectId } from '../../core/ids.ts';
import { formatMailServerTables, nameKeyFile, RSPAMD_KEYS } from '../../core/mail-server/tables.ts';
import type { Context } from '../../services/context.ts';
import { findExportableKeys, listExportableKeys, openExportedKeys } from '../../services/signing/exported-keys.ts';
import { createKeyMarks } from '../../services/signing/key-marks.ts';
import { commonFailures, successOf } from '../../wire/envelope.ts';
import {
  formatKeyCursor,
  type mailServerKeySchema,
  mailServerKeysQuery,
  mailServerKeysSchema,
  parseKeyCursor,
} from '../../wire/mail-server-key.ts';
import { callerOf } from '../auth.ts';
import { matchesEntityTag } from '../entity-tag.ts';

type Query = z.output<typeof mailServerKeysQuery>;
type KeyRow = Awaited<ReturnType<typeof findExportableKeys>>[number];

/** `GET /v1/mail-server-keys`: the one call that gives out private keys, to API keys that were made for it and nothing else. */
export function mailServerKeyRoutes(ctx: Context): FastifyPluginCallbackZod {
  const marks = createKeyMarks();
  return (app, _options, done) => {
    app.route({
      method: 'GET',
      url: '/mail-server-keys',
      config: { access: 'pull private keys', keepsToDomains: true },
      schema: {
        tags: ['Signing'],
        operationId: 'listMailServerKeys',
        summary: 'List the private keys of verified domains',
        description:
          'For your own mail server. Requires an API key with the permission `mail_server`. The `ETag` of the first page covers all pages: send it in `If-None-Match` to get a 304 until a key changes.',
        querystring: mailServerKeysQuery,
        headers: z.looseObject({
          'if-none-match': z.string().optional().meta({ description: 'The ETag of an earlier answer.' }),
        }),
        response: {
          200: successOf(mailServerKeysSchema),
          304: z.undefined().meta({ description: 'No key has changed since the `ETag` was issued. No body.' }),
          ...commonFailures,
        },
      },
      handler: async (request, reply) => {
        const { project, keyId: apiKeyId, domains } = callerOf(request);
        const { query } = request;
        checkTogether(query);
        if (query.cursor === undefined && query.ids === undefined) {
          // Read before the keys: what changes between the two is seen at the next pull.
          const tag = `"${await marks.read(ctx, project.id)}"`;
          reply.header('etag', tag);
          if (matchesEntityTag(request.headers['if-none-match'], tag)) return reply.code(304).send();
        }
        const { rows, next } = await listRows(
          ctx,
          { projectId: project.id, ...(domains && { names: domains }) },
          query,
        );
        const isOpened = query.privateKeys !== 'false' && request.method === 'GET';
        const keys = isOpened ? await openExportedKeys(ctx, project.id, rows) : rows;
        const [first, last] = [keys[0]?.domain, keys.at(-1)?.domain];
        // At a level that is kept where requests are not.
        if (isOpened && keys.length > 0)
          request.log.warn(
            { apiKeyId, projectId: project.id, count: keys.length, first, last },
            'private keys were sent',
          );
        const data = {
          keys: keys.map((key) => formatKey(key, query.format)),
          ...(query.format !== undefined && { tables: formatTables(query, keys) }),
          ...(next !== null && { nextCursor: formatKeyCursor(next) }),
        };
        return { success: true as const, data };
      },
    });
    done();
  };
}

function checkTogether({ format, folder, ids, cursor, limit }: Query): void {
  if ((format === undefined) !== (folder === undefined))
    throw validationError(format === undefined ? 'format' : 'folder', 'format and folder must be used together.');
  if (ids !== undefined && (cursor !== undefined || limit !== undefined))
    throw validationError('ids', "ids can't be combined with limit or cursor.");
}

type Scope = { readonly projectId: ProjectId; readonly names?: readonly DomainName[] };

async function listRows(ctx: Context, scope: Scope, { ids, limit = 1_000, cursor }: Query) {
  if (ids !== undefined) return { rows: await findExportableKeys(ctx, scope, ids), next: null };
  const page = { ...scope, limit, ...(cursor !== undefined && { after: parseKeyCursor(cursor) }) };
  const { keys: rows, next } = await listExportableKeys(ctx, page);
  return { rows, next };
}

function formatKey(
  { keyId, domain, selector, ...rest }: KeyRow & { readonly privateKey?: string },
  format: Query['format'],
): z.output<typeof mailServerKeySchema> {
  const file = format === 'rspamd' ? `${RSPAMD_KEYS}/${domain}.${selector}.pem` : nameKeyFile('opendkim', keyId);
  return {
    id: keyId,
    domainName: domain,
    selector,
    type: 'rsa' as const,
    ...(format !== undefined && { file }),
    ...(rest.privateKey !== undefined && { privateKey: rest.privateKey }),
  };
}

function formatTables({ format, folder = '', cursor }: Query, keys: readonly KeyRow[]) {
  if (format === undefined) return [];
  const tables = formatMailServerTables(format, keys, folder);
  // Settings do not grow with the pages.
  return cursor === undefined ? [...tables] : tables.filter(({ name }) => !name.endsWith('.conf'));
}
