import { z } from 'zod';

/**
 * Who may call: anybody; anybody, who is told who is signed in (`optional`); anybody who is signed in; or a role in the project of the path. Somebody who is not in that
 * project gets 404, somebody in it whose role is too small 403.
 */
export type Access = 'public' | 'optional' | 'account' | 'member' | 'admin' | 'owner';

/** One call of the dashboard's API. Exactly one of `data` (JSON in the envelope), `live` (server-sent events) and `file` is there. */
export interface Operation {
  readonly access: Access;
  /** Whether it takes a proof of the last five minutes of who it is: always, or by what the body says. */
  readonly recent?: true | ((body: unknown) => boolean);
  /** How much of the rate limit it takes, where that is more than 1: as much as the same call under /v1. */
  readonly cost?: number;
  readonly body?: z.ZodType;
  /** How many octets the body may have, where that is more than elsewhere. */
  readonly bodyLimit?: number;
  readonly query?: z.ZodType;
  readonly data?: z.ZodType;
  readonly live?: Readonly<Record<string, z.ZodType>>;
  readonly file?: true;
}

/** A call that answers with nothing. */
export const none = z.null();
/** Whether a body has a field, with that value where one is given. */
export const hasField = (body: unknown, field: string, value?: string): boolean => {
  const entry = Object.entries(body ?? {}).find(([name]) => name === field);
  return entry !== undefined && entry[1] !== undefined && (value === undefined || entry[1] === value);
};
/** A list under its name. */
export const pageOf = <K extends string, T extends z.ZodType>(key: K, item: T) =>
  z.strictObject({ [key]: z.array(item) } as Record<K, z.ZodArray<T>>);
