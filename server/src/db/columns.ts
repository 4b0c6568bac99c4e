import type { Column, SQL } from 'drizzle-orm';
import { customType, sql, timestamp } from './drizzle.ts';

/** A column of octets. */
export const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });

/** A column with a moment in time, to the millisecond. */
export const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/** Orders newest first as our indexes do: Drizzle makes them NULLS LAST, and PostgreSQL reads them for no other order. */
export const newestFirst = (column: Column): SQL => sql`${column} desc nulls last`;
