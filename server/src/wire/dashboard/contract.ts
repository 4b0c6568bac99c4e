/*
 * The dashboard's API. `dashboardContract` joins the calls of `account-calls.ts`, `project-calls.ts`,
 * `domain-calls.ts`, `webhook-calls.ts`, `dns-connection-calls.ts`, `dns-plan-calls.ts` and `notice-calls.ts`, each with its access (`operation.ts`), input and output; the other files
 * hold the shapes they use. The server registers exactly these calls (`http/dashboard/api.ts`) and the pages call
 * them by the same names (`dashboard/src/api/call.ts`), so neither compiles without the other. It isn't a public API
 * and may change with any version.
 */

import type { z } from 'zod';
import { accountCalls } from './account-calls.ts';
import { dnsConnectionCalls } from './dns-connection-calls.ts';
import { dnsPlanCalls } from './dns-plan-calls.ts';
import { domainCalls } from './domain-calls.ts';
import { noticeCalls } from './notice-calls.ts';
import { projectCalls } from './project-calls.ts';
import { webhookCalls } from './webhook-calls.ts';

/**
 * The whole API of the dashboard, by method and path. The server registers exactly these, checks access by them, and the
 * tests walk through them; the app takes its types from them (`import type`), so that no shape is written twice.
 */
export const dashboardContract = {
  ...accountCalls,
  ...projectCalls,
  ...domainCalls,
  ...webhookCalls,
  ...dnsConnectionCalls,
  ...dnsPlanCalls,
  ...noticeCalls,
} as const;

/** The contract as a type: `import type` it, and derive every shape from its keys (docs/dashboard-api.md). */
export type DashboardContract = typeof dashboardContract;

/** `'GET /api/projects'` and so on. */
export type DashboardCall = keyof DashboardContract;

type Part<K extends DashboardCall, P extends string> = DashboardContract[K] extends Record<P, infer T> ? T : undefined;

/** What a call takes as its body, as the caller writes it; undefined where it takes none. */
export type DashboardBody<K extends DashboardCall> =
  Part<K, 'body'> extends z.ZodType ? z.input<Part<K, 'body'>> : undefined;

/** What a call takes in its query, as the caller writes it; undefined where it takes none. */
export type DashboardQuery<K extends DashboardCall> =
  Part<K, 'query'> extends z.ZodType ? z.input<Part<K, 'query'>> : undefined;

/** What a call answers with as `data`; undefined for files and live updates. */
export type DashboardData<K extends DashboardCall> =
  Part<K, 'data'> extends z.ZodType ? z.output<Part<K, 'data'>> : undefined;

/** The events of a call that stays open: the name of each, and its data. */
export type DashboardLive<K extends DashboardCall> =
  Part<K, 'live'> extends Record<string, z.ZodType>
    ? { [E in keyof Part<K, 'live'>]: z.output<Part<K, 'live'>[E]> }
    : never;

/** The names after a colon in a call's path. */
export type DashboardParam<K extends string> = K extends `${string}:${infer Name}/${infer Rest}`
  ? Name | DashboardParam<Rest>
  : K extends `${string}:${infer Name}`
    ? Name
    : never;
