import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { AppError, type ErrorDetail } from '../core/errors.ts';

/** Validates with the route's zod schema, and turns what is wrong into one 400 that names each field. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart }) =>
  (data: unknown) => {
    const result = schema.safeParse(data);
    if (result.success) return { value: result.data };
    const prefix = httpPart === 'body' || httpPart === 'querystring' ? '' : `${httpPart}.`;
    const details = result.error.issues.slice(0, 20).flatMap((issue) => toDetails(issue, prefix));
    const message = details.map((detail) => detail.message).join(' ');
    return { error: new AppError('VALIDATION_FAILED', message, { details }) };
  };

function toDetails(issue: z.core.$ZodIssue, prefix: string): ErrorDetail[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.slice(0, 10).map((key) => {
      const name = key.slice(0, 40).replaceAll(/[^\x20-\x7e]/g, '?');
      return { field: `${prefix}${name}`, message: `There is no field "${name}".` };
    });
  const path = issue.path.map(String).join('.').slice(0, 80);
  return [{ field: `${prefix}${path}` || 'body', message: issue.message }];
}
