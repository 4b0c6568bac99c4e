import { checkNow } from '../../../services/checks/check-now.ts';
import { getDiagnostics } from '../../../services/checks/diagnostics.ts';
import type { Context } from '../../../services/context.ts';
import { createSetupLink, getOffer } from '../../../services/domain-connect/setup-link.ts';
import { getSharedDomain, noteLinkOpened } from '../../../services/domains/share-links.ts';
import { tellWhenReady } from '../../../services/notices/ready-mails.ts';
import { mayStillRead } from '../../../services/people/accounts.ts';
import { formatSharedDiagnostics } from '../../../services/views/diagnostics-object.ts';
import { countSeen, getSharedDetail } from '../../../services/views/domain-detail.ts';
import { formatOffer } from '../../../services/views/setup-offer-object.ts';
import type { Handlers } from '../../dashboard/call.ts';
import { type LiveStreams, unlessGone } from '../../dashboard/live-stream.ts';
import { sendExport } from '../../export-file.ts';
import { sendLogo } from '../../logo-file.ts';

type Call =
  | `GET /api/share/:token${'' | '/diagnostics' | '/live' | '/logo' | '/setup-link' | '/zone-file'}`
  | `POST /api/share/:token/${'check' | 'setup-link' | 'tell-when-ready'}`;

const MAX_STREAMS_OF_ONE = 20;
const ENDED = { event: 'ended', data: {} } as const;

/** One domain for whoever holds a link to it: its records and how they stand. All that they can do is ask for a check. */
export function shareRoutes(ctx: Context, streams: LiveStreams): Handlers<Call> {
  return {
    'GET /api/share/:token': async ({ params }) => {
      const { domain, ...link } = await getSharedDomain(ctx, params.token);
      return getSharedDetail(ctx, domain, link);
    },
    'GET /api/share/:token/diagnostics': async ({ params }) => {
      const { domain } = await getSharedDomain(ctx, params.token);
      return formatSharedDiagnostics(
        ctx,
        await getDiagnostics(ctx, domain.projectId, domain.id, { refresh: false, isShared: true }),
      );
    },
    'POST /api/share/:token/check': async ({ params }) => {
      const { domain, linkId, ...link } = await getSharedDomain(ctx, params.token);
      const since = ctx.clock.now();
      // Asked too often, a link shows what the last check saw.
      const isAllowed = (await ctx.checkLimits.admitLink(linkId)) === null;
      const { domain: checked } = isAllowed ? await checkNow(ctx, domain.projectId, domain.id) : { domain };
      const shown = await getSharedDetail(ctx, checked, link);
      return { ...shown, seen: await countSeen(ctx, checked, since) };
    },
    'POST /api/share/:token/tell-when-ready': async ({ params, body }) => {
      await tellWhenReady(ctx, await getSharedDomain(ctx, params.token), body.email);
      return null;
    },
    'GET /api/share/:token/setup-link': async ({ params }) => {
      const { domain, linkId } = await getSharedDomain(ctx, params.token);
      return formatOffer(await getOffer(ctx, domain, linkId));
    },
    'POST /api/share/:token/setup-link': async ({ params }) => {
      const { domain, linkId } = await getSharedDomain(ctx, params.token);
      const { url } = await createSetupLink(ctx, domain, `/share/${params.token}`, linkId);
      return { url };
    },
    'GET /api/share/:token/logo': async ({ params, reply }) => {
      const { domain } = await getSharedDomain(ctx, params.token);
      return sendLogo(ctx, reply, domain.projectId);
    },
    'GET /api/share/:token/live': async ({ params, person, reply }) => {
      const { domain, linkId } = await getSharedDomain(ctx, params.token);
      // Only a browser with the page open comes here: what fetches links for a preview does not.
      if (!person || !(await mayStillRead(ctx, person, domain.projectId))) await noteLinkOpened(ctx, linkId);
      return streams.open(reply, {
        target: { domainId: domain.id },
        subscriber: `link:${linkId}`,
        maxForSubscriber: MAX_STREAMS_OF_ONE,
        projectIds: [domain.projectId],
        kind: 'link',
        read: async () => {
          const shared = await unlessGone(getSharedDomain(ctx, params.token));
          if (!shared) return { ...ENDED, ended: true };
          return { event: 'domain', data: await getSharedDetail(ctx, shared.domain, shared) };
        },
        mayGoOn: async () => ((await unlessGone(getSharedDomain(ctx, params.token))) ? true : ENDED),
      });
    },
    'GET /api/share/:token/zone-file': async ({ params, query, reply }) =>
      sendExport(ctx, reply, (await getSharedDomain(ctx, params.token)).domain, query),
  };
}
