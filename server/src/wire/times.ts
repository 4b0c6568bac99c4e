import { z } from 'zod';

/** A moment as we write it: UTC, to the millisecond (RFC 3339). */
export const time = z.iso.datetime({ precision: 3 });

/** A moment that a caller gives, with any offset. PostgreSQL reads none of the years 0 and 10000, in which an offset may end. */
export const moment = (field: string) =>
  z.iso
    .datetime({
      offset: true,
      abort: true,
      error: ({ input }) =>
        input === undefined
          ? `${field} is missing.`
          : `${field} must be an ISO 8601 time such as 2027-01-31T00:00:00Z.`,
    })
    .refine((text) => yearOf(text) < 9999, `${field} is too far in the future.`)
    .refine((text) => yearOf(text) > 1, `${field} is too far in the past.`)
    .transform((text) => new Date(text));

const yearOf = (text: string) => Number(text.slice(0, 4));
