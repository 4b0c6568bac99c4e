import type { components, operations } from './openapi.ts';

type Schemas = components['schemas'];
type Answers<K extends keyof operations> = operations[K] extends { responses: infer R } ? R : never;
type Success<R> = R extends { 200: { content: { 'application/json': infer T } } }
  ? T
  : R extends { 201: { content: { 'application/json': infer T } } }
    ? T
    : never;

/** What an operation of the API answers with, by its `operationId`. */
export type DataOf<K extends keyof operations> = Success<Answers<K>> extends { data: infer D } ? D : never;
/** What may be left out may be undefined as well: it is not sent. */
type Given<T> = { [K in keyof T]: Record<never, never> extends Pick<T, K> ? T[K] | undefined : T[K] };
/** What an operation takes as its body. */
export type BodyOf<K extends keyof operations> = operations[K] extends {
  requestBody?: { content: { 'application/json': infer B } };
}
  ? Given<B>
  : never;
/** What an operation takes in its query. */
export type QueryOf<K extends keyof operations> = operations[K] extends { parameters: { query?: infer Q } }
  ? Given<NonNullable<Q>>
  : never;

/** A domain with its records and how they stand. */
export type Domain = Schemas['Domain'];
/** What is wrong with a domain's records, and what to do. */
export type Diagnostics = Schemas['Diagnostics'];
/** One thing that is wrong, in words, with its evidence. */
export type Finding = Schemas['Finding'];
/** A DKIM key of a domain. */
export type DkimKey = Schemas['Key'];
/** One thing that happened in the project, as webhooks are told of it. */
export type FeedEvent = Schemas['FeedEvent'];
/** One change of a domain, in its history. */
export type DomainEvent = Schemas['Event'];
