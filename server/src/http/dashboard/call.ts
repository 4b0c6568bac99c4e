import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { ProjectRole } from '../../core/access/roles.ts';
import type { OwnProject } from '../../services/people/accounts.ts';
import type { Person, Visitor } from '../../services/ports.ts';
import type { DashboardCall, DashboardContract, DashboardData, DashboardParam } from '../../wire/dashboard/contract.ts';

type Parsed<K extends DashboardCall, P extends string> =
  DashboardContract[K] extends Record<P, infer T extends z.ZodType> ? z.output<T> : undefined;
type AccessOf<K extends DashboardCall> = DashboardContract[K]['access'];

/** What the handler of a call gets: all of it checked before, by the contract. */
export interface CallInput<K extends DashboardCall> {
  readonly params: Readonly<Record<DashboardParam<K>, string>>;
  readonly body: Parsed<K, 'body'>;
  readonly query: Parsed<K, 'query'>;
  /** Who is signed in; null where the call is public, and where it works without a session, too. */
  readonly person: AccessOf<K> extends 'public' | 'optional' ? Person | null : Person;
  /** The project of the path, and what the person may do in it; null where the path has none. */
  readonly own: AccessOf<K> extends ProjectRole ? OwnProject : null;
  readonly visitor: Visitor;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Gives the answer cookies, on top of those that it has. */
  setCookies(cookies: readonly string[]): void;
}

/** A call answers with its `data`; files and live updates answer by themselves. */
type CallAnswer<K extends DashboardCall> = DashboardContract[K] extends { data: z.ZodType }
  ? DashboardData<K>
  : FastifyReply;

/** The handlers of some calls. The application is made of one for every call of the contract: a missing one does not compile. */
export type Handlers<K extends DashboardCall> = {
  readonly [Call in K]: (input: CallInput<Call>) => Promise<CallAnswer<Call>>;
};
