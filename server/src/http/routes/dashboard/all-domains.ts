import type { Context } from '../../../services/context.ts';
import { countDomains, searchDomains } from '../../../services/domains/domain-list.ts';
import { getDomainOfAny } from '../../../services/domains/domains.ts';
import { listReadableProjects, mayStillReadAll } from '../../../services/people/accounts.ts';
import type { Person } from '../../../services/ports.ts';
import { listDomainItems } from '../../../services/views/domain-detail.ts';
import type { Handlers } from '../../dashboard/call.ts';
import { costOfList, listSortedPage, MAX_STREAMS_OF_ONE } from '../../dashboard/domain-pages.ts';
import { type LiveStreams, unlessGone } from '../../dashboard/live-stream.ts';
import { chargeMore } from '../../rate-limit.ts';

type Call = `GET /api/domains${'' | '/counts' | '/search' | '/live'}`;

/** The domains of all projects that somebody may read in this session, as one list. */
export function allDomainRoutes(ctx: Context, streams: LiveStreams): Handlers<Call> {
  const listIds = async (person: Person) => (await listReadableProjects(ctx, person)).map(({ project }) => project.id);
  return {
    'GET /api/domains': async ({ person, query, request, reply }) => {
      const { domains, ...next } = await listSortedPage(ctx, await listIds(person), query);
      chargeMore(request, reply, costOfList(domains.length) - 1);
      return { domains: await listDomainItems(ctx, domains), ...next };
    },
    'GET /api/domains/counts': async ({ person, query }) => countDomains(ctx, await listIds(person), query),
    'GET /api/domains/search': async ({ person, query }) => ({
      domains: await searchDomains(ctx, await listIds(person), query.search),
    }),
    'GET /api/domains/live': async ({ person, reply }) => {
      const projectIds = await listIds(person);
      return streams.open(reply, {
        target: { projectIds },
        subscriber: `person:${person.userId}`,
        maxForSubscriber: MAX_STREAMS_OF_ONE,
        projectIds,
        kind: person.isInstanceOwner ? 'owner' : 'person',
        read: async (id) => {
          const domain = await unlessGone(getDomainOfAny(ctx, projectIds, id));
          if (!domain) return { event: 'deleted', data: { id } };
          const [item] = await listDomainItems(ctx, [domain]);
          return { event: 'domain', data: item };
        },
        // Somebody who got into another project, or out of one, connects again and follows those.
        mayGoOn: async () => (await mayStillReadAll(ctx, person, projectIds)) || null,
      });
    },
  };
}
