/*
 * The pages of the dashboard. `main.tsx` starts the app, and this file names its pages; each is fetched when it is
 * first opened. `features/` holds a folder for each thing that people do, `components/` what they share, `api/`
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
import { accountQuery } from './api/account.ts';
import { Toaster } from './components/Toaster.tsx';
import { HomePage } from './features/shell/HomePage.tsx';
import { NotFoundPage } from './features/shell/NotFoundPage.tsx';
import { ProblemPage } from './features/shell/ProblemPage.tsx';
import { Shell } from './features/shell/Shell.tsx';

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: () => (
    <>
      <Outlet />
      <Toaster />
    </>
  ),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('./features/setup/SetupPage.tsx'), 'SetupPage'),
});
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { to?: string } => (typeof search.to === 'string' ? { to: search.to } : {}),
  component: lazyRouteComponent(() => import('./features/sign-in/SignInPage.tsx'), 'SignInPage'),
});
const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  component: lazyRouteComponent(() => import('./features/sign-in/ResetPasswordPage.tsx'), 'ResetPasswordPage'),
});
const invite = createRoute({
  getParentRoute: () => root,
  path: '/invite',
  component: lazyRouteComponent(() => import('./features/members/InvitePage.tsx'), 'InvitePage'),
});
const share = createRoute({
  getParentRoute: () => root,
  path: '/share/$token',
  component: lazyRouteComponent(() => import('./features/share/SharePage.tsx'), 'SharePage'),
});

/** Everything that needs a session. */
const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    const account = await context.queryClient.ensureQueryData(accountQuery());
    if (!account)
      throw redirect({ to: '/sign-in', search: location.pathname === '/' ? {} : { to: location.pathname } });
  },
});
const home = createRoute({ getParentRoute: () => app, path: '/', component: HomePage });
const account = createRoute({
  getParentRoute: () => app,
  path: '/account',
  component: lazyRouteComponent(() => import('./features/account/AccountPage.tsx'), 'AccountPage'),
});
const members = createRoute({
  getParentRoute: () => app,
  path: '/projects/$projectId/members',
  component: lazyRouteComponent(() => import('./features/members/MembersPage.tsx'), 'MembersPage'),
});
const domains = createRoute({
  getParentRoute: () => app,
  path: '/projects/$projectId/domains',
  component: lazyRouteComponent(() => import('./features/domains/DomainsPage.tsx'), 'DomainsPage'),
});
const domain = createRoute({
  getParentRoute: () => app,
  path: '/projects/$projectId/domains/$domainId',
  component: lazyRouteComponent(() => import('./features/domain/DomainPage.tsx'), 'DomainPage'),
});
const apiKeys = createRoute({
  getParentRoute: () => app,
  path: '/projects/$projectId/api-keys',
  component: lazyRouteComponent(() => import('./features/api-keys/ApiKeysPage.tsx'), 'ApiKeysPage'),
});
const settings = createRoute({
  getParentRoute: () => app,
  path: '/projects/$projectId/settings',
  component: lazyRouteComponent(() => import('./features/projects/ProjectSettingsPage.tsx'), 'ProjectSettingsPage'),
});

/** The pages, each in a file of its own that is fetched when it is first needed. */
export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([
      setup,
      signIn,
      resetPassword,
      invite,
      share,
      app.addChildren([home, account, members, domains, domain, apiKeys, settings]),
    ]),
    context: { queryClient },
    defaultPreload: 'intent',
    defaultNotFoundComponent: NotFoundPage,
    defaultErrorComponent: ProblemPage,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
