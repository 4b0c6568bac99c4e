/*
 * The pages of the dashboard. `main.tsx` starts the app, and this file names its pages. They come in
 * two scripts: the list of domains with what all pages share, and `pages.ts` with all others, which follows as soon as the first page stands. `features/` holds a folder for each thing that people do, `components/` what they share, `api/`
 * every call to the server. Rules are imported from `server/src/core`, never written again here.
 */

import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { accountQuery, setupQuery } from './api/account.ts';
import { diagnosticsQuery, domainQuery } from './api/domains.ts';
import { ConnectionBanner } from './components/ConnectionBanner.tsx';
import { Toaster } from './components/Toaster.tsx';
import { ProofDialogs } from './features/account/ProofDialog.tsx';
import { AllDomainsPage, DomainsPage } from './features/domains/DomainsPage.tsx';
import { readListSearch } from './features/domains/list-search.ts';
import { HomePage } from './features/shell/HomePage.tsx';
import { LostPage } from './features/shell/NotFoundPage.tsx';
import { ProblemPage } from './features/shell/ProblemPage.tsx';
import { Shell } from './features/shell/Shell.tsx';

/** A page of the second script. It is there by the time somebody asks for it, unless it is the first page of all. */
function later<Name extends keyof typeof import('./pages.ts')>(name: Name) {
  return lazyRouteComponent(loadPages, name);
}

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: () => (
    <>
      <ConnectionBanner />
      <Outlet />
      <ProofDialogs />
      <Toaster />
    </>
  ),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: later('SetupPage'),
});
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { to?: string; step?: 'code' | 'join'; problem?: string } => ({
    ...(typeof search.to === 'string' && { to: search.to }),
    ...((search.step === 'code' || search.step === 'join') && { step: search.step }),
    ...(typeof search.problem === 'string' && { problem: search.problem }),
  }),
  component: later('SignInPage'),
});
const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  component: later('ResetPasswordPage'),
});
const confirmed = createRoute({
  getParentRoute: () => root,
  path: '/confirmed',
  component: later('ConfirmedPage'),
});
const invite = createRoute({
  getParentRoute: () => root,
  path: '/invite',
  component: later('InvitePage'),
});
const share = createRoute({
  getParentRoute: () => root,
  path: '/share/$token',
  component: later('SharePage'),
});

const connected = createRoute({
  getParentRoute: () => root,
  path: '/connected',
  component: later('ConnectedPage'),
});
const unsubscribe = createRoute({
  getParentRoute: () => root,
  path: '/unsubscribe/$token',
  component: later('UnsubscribePage'),
});

/** Everything that needs a session. */
const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    const account = await context.queryClient.ensureQueryData(accountQuery());
    if (account) return;
    // Before there is an owner, nobody can sign in.
    const { isOpen } = await context.queryClient.ensureQueryData(setupQuery());
    if (isOpen) throw redirect({ to: '/setup' });
    throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { to: location.href } });
  },
});
const home = createRoute({ getParentRoute: () => app, path: '/', component: HomePage });
const account = createRoute({
  getParentRoute: () => app,
  path: '/account',
  component: later('AccountPage'),
});
const members = createRoute({
  getParentRoute: () => app,
  path: '/projects/$projectId/members',
  component: later('MembersPage'),
});
const domains = createRoute({
  getParentRoute: () => app,
  path: '/projects/$projectId/domains',
  validateSearch: readListSearch,
  component: DomainsPage,
});
const allDomains = createRoute({
  getParentRoute: () => app,
  path: '/domains',
  validateSearch: readListSearch,
  component: AllDomainsPage,
});
const domain = createRoute({
  getParentRoute: () => app,
  path: '/projects/$projectId/domains/$domainId',
  // Not waited for: asked when somebody is about to open it, it is there when they do.
  loader: ({ context: { queryClient }, params: { projectId, domainId } }) => {
    void queryClient.prefetchQuery(domainQuery(projectId, domainId));
    void queryClient.prefetchQuery(diagnosticsQuery(projectId, domainId));
  },
  component: later('DomainPage'),
});
const apiKeys = createRoute({
  getParentRoute: () => app,
  path: '/projects/$projectId/api-keys',
  component: later('ApiKeysPage'),
});
const webhooks = createRoute({
  getParentRoute: () => app,
  path: '/projects/$projectId/webhooks',
  component: later('WebhooksPage'),
});
const webhook = createRoute({
  getParentRoute: () => app,
  path: '/projects/$projectId/webhooks/$webhookId',
  component: later('WebhookPage'),
});
const auditLog = createRoute({
  getParentRoute: () => app,
  path: '/projects/$projectId/audit-log',
  component: later('AuditLogPage'),
});
const settings = createRoute({
  getParentRoute: () => app,
  path: '/projects/$projectId/settings',
  component: later('ProjectSettingsPage'),
});

/** Loads the second script; once, however often it is asked for. */
export function loadPages() {
  return import('./pages.ts');
}

/** The pages, by their addresses. */
export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([
      setup,
      signIn,
      resetPassword,
      confirmed,
      invite,
      share,
      connected,
      unsubscribe,
      app.addChildren([
        home,
        account,
        members,
        allDomains,
        domains,
        domain,
        apiKeys,
        webhooks,
        webhook,
        auditLog,
        settings,
      ]),
    ]),
    context: { queryClient },
    defaultPreload: 'intent',
    // A pointer that only passes over a list asks nothing.
    defaultPreloadDelay: 120,
    // What is fresh is known to the queries alone.
    defaultPreloadStaleTime: 0,
    defaultNotFoundComponent: LostPage,
    defaultErrorComponent: ProblemPage,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
