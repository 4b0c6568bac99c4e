import type { Column, SQL } from 'drizzle-orm';
import type { IdentityState } from '../core/sending-providers/identity.ts';
import { customType, sql, timestamp } from './drizzle.ts';

/** A column of octets. */
export const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });

/** How an identity stands. Rows of before are read too: one state was spelled `unauthorised`. */
export const identityState = customType<{ data: IdentityState; driverData: string }>({
  dataType: () => 'text',
  fromDriver: (text) => (text === 'unauthorised' ? 'unauthorized' : text) as IdentityState,
});

/** A column with a moment in time, to the millisecond. */
export const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/** Orders newest first as our indexes do: Drizzle makes them NULLS LAST, and PostgreSQL reads them for no other order. */
export const newestFirst = (column: Column): SQL => sql`${column} desc nulls last`;
