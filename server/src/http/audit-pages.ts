import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { ProjectId } from '../core/ids.ts';
import { type AuditFilter, exportAuditLog, listAuditLog, type StoredEntry } from '../services/audit/audit.ts';
import type { Context } from '../services/context.ts';
import {
  type AuditEntryObject,
  type auditFilterSchema,
  type auditPageSchema,
  type auditQuerySchema,
  formatAuditCursor,
  parseAuditCursor,
} from '../wire/audit-entry.ts';

const DEFAULT_ENTRIES = 100;

/** One page of the audit log, as the query asks for it. @param projectId null for the whole installation @throws AppError VALIDATION_FAILED */
export async function listAuditPage(
  ctx: Pick<Context, 'db' | 'slowStatements'>,
  projectId: ProjectId | null,
  { limit = DEFAULT_ENTRIES, cursor, ...filter }: z.output<typeof auditQuerySchema>,
): Promise<z.output<typeof auditPageSchema>> {
  const { entries, next } = await listAuditLog(ctx, toFilter(projectId, filter), {
    limit,
    ...(cursor !== undefined && { before: parseAuditCursor(cursor) }),
  });
  return { entries: entries.map(formatEntry), ...(next !== null && { nextCursor: formatAuditCursor(next) }) };
}

/** Answers with all entries that fit as JSON lines, newest first, as they are read. */
export function sendAuditExport(
  ctx: Pick<Context, 'db' | 'clock' | 'slowStatements'>,
  reply: FastifyReply,
  projectId: ProjectId | null,
  filter: z.output<typeof auditFilterSchema>,
): FastifyReply {
  const lines = async function* () {
    for await (const entry of exportAuditLog(ctx, toFilter(projectId, filter), projectId))
      yield `${JSON.stringify(formatEntry(entry))}\n`;
  };
  return reply
    .type('application/x-ndjson; charset=utf-8')
    .header('content-disposition', `attachment; filename="audit-log${projectId ? `-${projectId}` : ''}.jsonl"`)
    .send(Readable.from(lines()));
}

function toFilter(projectId: ProjectId | null, filter: z.output<typeof auditFilterSchema>): AuditFilter {
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as AuditFilter;
  return { ...given, ...(projectId && { projectId }) };
}

function formatEntry(entry: StoredEntry): AuditEntryObject {
  const { id, at, projectId, address, requestId, action, before, after } = entry;
  return {
    id: String(id),
    at: at.toISOString(),
    projectId,
    actor: { type: entry.actorKind, id: entry.actorId, name: entry.actorName },
    address,
    requestId,
    action,
    object: { type: entry.objectKind, id: entry.objectId, name: entry.objectName },
    before: copyFacts(before),
    after: copyFacts(after),
  };
}

function copyFacts(facts: StoredEntry['before']): AuditEntryObject['before'] {
  if (!facts) return null;
  const copied: NonNullable<AuditEntryObject['before']> = {};
  for (const [key, value] of Object.entries(facts)) copied[key] = isList(value) ? [...value] : value;
  return copied;
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value);
}
