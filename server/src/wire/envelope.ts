import { z } from 'zod';

/** A success with `data`. */
export function successOf<T extends z.ZodType>(data: T) {
  return z.strictObject({ success: z.literal(true), data, message: z.string().optional() });
}

/** Every failure. */
export const failureSchema = z
  .strictObject({
    success: z.literal(false),
    error: z.strictObject({
      message: z.string(),
      code: z.string().regex(/^[A-Z_]+$/),
      details: z.array(z.strictObject({ field: z.string(), message: z.string() })).optional(),
      retryAfter: z.int().optional().meta({ description: 'In seconds. Only with RATE_LIMIT_EXCEEDED.' }),
    }),
  })
  .meta({ id: 'Failure' });

/** The failures that any route under /v1 may answer with, for the documentation. */
export const commonFailures = {
  400: failureSchema,
  401: failureSchema,
  403: failureSchema,
  429: failureSchema,
  503: failureSchema,
};
