import type { FastifySchemaCompiler } from 'fastify';
import { z } from 'zod';
import { AppError, type ErrorDetail, validationError } from '../core/errors.ts';
import { findNearestName } from '../core/names/nearest-name.ts';

/** Validates with the route's zod schema, and turns what is wrong into one 400 that names each field. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart }) =>
  (data: unknown) => {
    const result = schema.safeParse(data);
    if (result.success) return { value: result.data };
    const repeated = httpPart === 'querystring' ? findRepeated(data) : undefined;
    if (repeated !== undefined) return { error: validationError(repeated, `${repeated} must be given only once.`) };
    const prefix = httpPart === 'body' || httpPart === 'querystring' ? '' : `${httpPart}.`;
    const details = result.error.issues
      .slice(0, 20)
      .flatMap((issue) => toDetails(issue, schema, prefix, UNKNOWN[httpPart ?? ''] ?? 'field'));
    const message = details.map((detail) => detail.message).join(' ');
    return { error: new AppError('VALIDATION_FAILED', message, { details }) };
  };

/** The query parameter that stands there more than once: none of ours is a list of such. */
function findRepeated(query: unknown): string | undefined {
  const [name] = Object.entries(query ?? {}).find(([, value]) => Array.isArray(value)) ?? [];
  return name?.slice(0, 40).replaceAll(/[^\x20-\x7e]/g, '?');
}

/** What is unknown where a schema does not name it; a field, elsewhere. */
const UNKNOWN: Readonly<Record<string, string>> = { querystring: 'query parameter', params: 'path parameter' };

function toDetails(issue: z.core.$ZodIssue, schema: z.ZodType, prefix: string, unknown: string): ErrorDetail[] {
  if (issue.code === 'unrecognized_keys') {
    const known = listFields(schema, issue.path);
    return issue.keys.slice(0, 10).map((key) => {
      const name = key.slice(0, 40).replaceAll(/[^\x20-\x7e]/g, '?');
      const meant = findNearestName(key, known);
      const hint = meant === null ? '' : ` Did you mean "${meant}"?`;
      return { field: `${prefix}${name}`, message: `Unknown ${unknown} "${name}".${hint}` };
    });
  }
  const path = issue.path.map(String).join('.').slice(0, 80);
  return [{ field: `${prefix}${path}` || 'body', message: issue.message }];
}

/** The fields that an object of a schema has at a path. */
function listFields(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: unknown = unwrap(schema);
  for (const step of path) {
    if (at instanceof z.ZodObject) at = unwrap(at.shape[String(step)]);
    else if (at instanceof z.ZodArray) at = unwrap(at.element);
    else return [];
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

/** What stands inside "optional", "default", "nullable" and before a transformation. */
function unwrap(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return unwrap(schema.unwrap());
  return schema instanceof z.ZodPipe ? unwrap(schema.in) : schema;
}
