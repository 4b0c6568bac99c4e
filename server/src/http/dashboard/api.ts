/*
 * Serves the dashboard: its files (`files.ts`) and its API under /api. `serveDashboardApi` registers each call of
 * `wire/dashboard/contract.ts`, and checks origin (`same-origin.ts`), session and role before it reads the input.
 * Handlers are in `routes/dashboard/`; `live-stream.ts` keeps the open streams of live updates. Nothing here
 * serves API keys.
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isAtLeast } from '../../core/access/roles.ts';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../services/context.ts';
import { getOwnProject, type OwnProject, requireSecondFactor } from '../../services/people/accounts.ts';
import { requireRecentProof } from '../../services/people/reauthentication.ts';
import { findPerson as findPersonOf } from '../../services/people/sessions.ts';
import type { Person, Visitor } from '../../services/ports.ts';
import { type DashboardCall, dashboardContract } from '../../wire/dashboard/contract.ts';
import type { Access, Operation } from '../../wire/dashboard/operation.ts';
import { noteActor } from '../acting.ts';
import type { RateLimiter } from '../rate-limit.ts';
import { accountRoutes } from '../routes/dashboard/account.ts';
import { allDomainRoutes } from '../routes/dashboard/all-domains.ts';
import { auditLogRoutes } from '../routes/dashboard/audit-log.ts';
import { dnsConnectionRoutes } from '../routes/dashboard/dns-connections.ts';
import { dnsPlanRoutes } from '../routes/dashboard/dns-plan.ts';
import { domainRoutes } from '../routes/dashboard/domains.ts';
import { memberRoutes } from '../routes/dashboard/members.ts';
import { noticeRoutes } from '../routes/dashboard/notices.ts';
import { projectRoutes } from '../routes/dashboard/projects.ts';
import { securityRoutes } from '../routes/dashboard/security.ts';
import { setupRoutes } from '../routes/dashboard/setup.ts';
import { shareRoutes } from '../routes/dashboard/share.ts';
import { singleSignOnRoutes } from '../routes/dashboard/single-sign-on.ts';
import { webhookRoutes } from '../routes/dashboard/webhooks.ts';
import type { Handlers } from './call.ts';
import type { AskCall } from './first-data.ts';
import type { LiveStreams } from './live-stream.ts';
import { requireSameOrigin } from './same-origin.ts';
import { auditAccountCall } from './sign-in-audit.ts';

/** What is known of a request before its handler runs. */
interface Admission {
  readonly person: Person | null;
  readonly own: OwnProject | null;
}

/**
 * Registers every call of the contract. Access is checked here, by what the contract says, before anything of the input is
 * checked: no handler can forget it, and nobody learns from an error what they may not see.
 * @returns what answers a call for the page that brings its data along
 */
export function serveDashboardApi(
  app: FastifyInstance,
  ctx: Context,
  { limiter, streams }: { limiter: RateLimiter; streams: LiveStreams },
): AskCall {
  const handlers: Handlers<DashboardCall> = {
    ...setupRoutes(ctx),
    ...accountRoutes(ctx),
    ...securityRoutes(ctx),
    ...singleSignOnRoutes(ctx),
    ...projectRoutes(ctx),
    ...memberRoutes(ctx),
    ...auditLogRoutes(ctx),
    ...allDomainRoutes(ctx, streams),
    ...domainRoutes(ctx, streams),
    ...shareRoutes(ctx, streams),
    ...webhookRoutes(ctx),
    ...dnsConnectionRoutes(ctx),
    ...dnsPlanRoutes(ctx),
    ...noticeRoutes(ctx),
  };
  const admissions = new WeakMap<FastifyRequest, Admission>();
  const admitPerson = (access: Access, request: FastifyRequest, reply: FastifyReply): Promise<Person | null> =>
    limiter.admit(request, reply, access === 'public' ? undefined : readSession(request), {
      find: () => findPerson(ctx, request, reply),
      idsOf: ({ userId }) => ({ own: `person:${userId}` }),
    });

  for (const key of Object.keys(dashboardContract) as DashboardCall[]) {
    const { access, cost, recent, body, bodyLimit, query, data, live }: Operation = dashboardContract[key];
    const [method = '', url = ''] = key.split(' ');
    const handle = handlers[key] as (input: unknown) => Promise<unknown>;
    app.route({
      method,
      url,
      // A HEAD of a stream would open one that nobody reads and nobody closes.
      exposeHeadRoute: live === undefined,
      ...(bodyLimit !== undefined && { bodyLimit }),
      ...(cost !== undefined && { config: { cost: () => cost } }),
      schema: {
        // Not in the OpenAPI document: it promises to programs, and this API changes with the dashboard.
        hide: true,
        ...(body && { body }),
        ...(query && { querystring: query }),
      },
      onRequest: async (request, reply) => {
        requireSameOrigin(request, ctx.publicUrl);
        const person = await admitPerson(access, request, reply);
        if (person) noteActor(request, { kind: 'person', id: person.userId, name: person.name });
        const { projectId } = request.params as { projectId?: string };
        admissions.set(request, { person, own: await admit(ctx, access, person, projectId) });
      },
      handler: async (request, reply) => {
        const admission = admissions.get(request);
        const run = () => {
          if (recent && admission?.person && (recent === true || recent(request.body)))
            requireRecentProof(ctx, admission.person);
          return handle({
            ...admission,
            params: request.params,
            body: request.body,
            query: request.query,
            visitor: visitorOf(request),
            request,
            reply,
            setCookies: (cookies: readonly string[]) => setCookies(reply, cookies),
          });
        };
        const answer = await auditAccountCall(ctx, key, {
          request,
          visitor: visitorOf(request),
          person: admission?.person ?? null,
          run,
        });
        return data ? { success: true, data: answer } : answer;
      },
    });
  }

  // Several calls of one page are one request of one person, and are counted and looked up as that.
  const people = new WeakMap<FastifyRequest, Promise<Person | null>>();
  return async (request, reply, { call, params, query: given }) => {
    const key = call as DashboardCall;
    const { access, query }: Operation = dashboardContract[key];
    const finding = people.get(request) ?? admitPerson(access, request, reply);
    people.set(request, finding);
    const person = await finding;
    const handle = handlers[key] as (input: unknown) => Promise<unknown>;
    return handle({
      ...{ person, own: await admit(ctx, access, person, params.projectId), params, query: query?.parse(given) },
      ...{ visitor: visitorOf(request), request, reply },
    });
  };
}

/** The session's cookie. Who has none is nobody: the database is not asked. */
function readSession({ headers }: FastifyRequest): string | undefined {
  return /(?:^|;)\s*(?:__(?:Host|Secure)-)?autosend\.session_token=([^;]+)/.exec(headers.cookie ?? '')?.[1];
}

async function findPerson(ctx: Context, request: FastifyRequest, reply: FastifyReply): Promise<Person | null> {
  const { person, cookies } = await findPersonOf(ctx, visitorOf(request));
  setCookies(reply, cookies);
  return person;
}

/** Checks that a call is for this person. @throws AppError UNAUTHORIZED, NOT_FOUND, FORBIDDEN, SECOND_FACTOR_REQUIRED */
async function admit(ctx: Context, access: Access, person: Person | null, projectId = ''): Promise<OwnProject | null> {
  if (access === 'public' || access === 'optional') return null;
  if (!person) throw new AppError('UNAUTHORIZED', 'Sign in first.');
  if (access === 'account') return null;
  const own = await getOwnProject(ctx, person.userId, projectId);
  requireSecondFactor(own, person);
  if (!isAtLeast(own.role, access))
    throw new AppError('FORBIDDEN', `Your role in this project is "${own.role}". Only "${access}" can do this.`);
  return own;
}

function visitorOf(request: FastifyRequest): Visitor {
  const { cookie, 'user-agent': userAgent } = request.headers;
  return { cookie, userAgent, address: request.clientAddress };
}

function setCookies(reply: FastifyReply, cookies: readonly string[]): void {
  // Fastify adds to what is there of this one header, and replaces every other.
  if (cookies.length > 0) reply.header('set-cookie', [...cookies]);
}
