/*
 * The pages of the dashboard. `main.tsx` starts the app, and this file names its pages. They come in
 * one script: in files of their own they would cost each visit a round trip more than they spare. `features/` holds a folder for each thing that people do, `components/` what they share, `api/`
 * every call to the server. Rules are imported from `server/src/core`, never written again here.
 */

import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, Outlet, redirect } from '@tanstack/react-router';
import { accountQuery, setupQuery } from './api/account.ts';
import { ConnectionBanner } from './components/ConnectionBanner.tsx';
import { Toaster } from './components/Toaster.tsx';
import { AccountPage } from './features/account/AccountPage.tsx';
import { ProofDialogs } from './features/account/ProofDialog.tsx';
import { ApiKeysPage } from './features/api-keys/ApiKeysPage.tsx';
import { AuditLogPage } from './features/audit-log/AuditLogPage.tsx';
import { DomainPage } from './features/domain/DomainPage.tsx';
import { AllDomainsPage, DomainsPage } from './features/domains/DomainsPage.tsx';
import { readListSearch } from './features/domains/list-search.ts';
import { InvitePage } from './features/members/InvitePage.tsx';
import { MembersPage } from './features/members/MembersPage.tsx';
import { ProjectSettingsPage } from './features/projects/ProjectSettingsPage.tsx';
import { SetupPage } from './features/setup/SetupPage.tsx';
import { SharePage } from './features/share/SharePage.tsx';
import { HomePage } from './features/shell/HomePage.tsx';
import { LostPage } from './features/shell/NotFoundPage.tsx';
import { ProblemPage } from './features/shell/ProblemPage.tsx';
import { Shell } from './features/shell/Shell.tsx';
import { ConfirmedPage } from './features/sign-in/ConfirmedPage.tsx';
import { ResetPasswordPage } from './features/sign-in/ResetPasswordPage.tsx';
import { SignInPage } from './features/sign-in/SignInPage.tsx';
import { UnsubscribePage } from './features/unsubscribe/UnsubscribePage.tsx';
import { WebhookPage } from './features/webhooks/WebhookPage.tsx';
import { WebhooksPage } from './features/webhooks/WebhooksPage.tsx';

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
  component: SetupPage,
});
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { to?: string; step?: 'code' | 'join'; problem?: string } => ({
    ...(typeof search.to === 'string' && { to: search.to }),
    ...((search.step === 'code' || search.step === 'join') && { step: search.step }),
    ...(typeof search.problem === 'string' && { problem: search.problem }),
  }),
  component: SignInPage,
});
const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  component: ResetPasswordPage,
});
const confirmed = createRoute({
  getParentRoute: () => root,
  path: '/confirmed',
  component: ConfirmedPage,
});
const invite = createRoute({
  getParentRoute: () => root,
  path: '/invite',
  component: InvitePage,
});
const share = createRoute({
  getParentRoute: () => root,
  path: '/share/$token',
  component: SharePage,
});

const unsubscribe = createRoute({
  getParentRoute: () => root,
  path: '/unsubscribe/$token',
  component: UnsubscribePage,
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
  component: AccountPage,
});
const members = createRoute({
  getParentRoute: () => app,
  path: '/projects/$projectId/members',
  component: MembersPage,
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
  component: DomainPage,
});
const apiKeys = createRoute({
  getParentRoute: () => app,
  path: '/projects/$projectId/api-keys',
  component: ApiKeysPage,
});
const webhooks = createRoute({
  getParentRoute: () => app,
  path: '/projects/$projectId/webhooks',
  component: WebhooksPage,
});
const webhook = createRoute({
  getParentRoute: () => app,
  path: '/projects/$projectId/webhooks/$webhookId',
  component: WebhookPage,
});
const auditLog = createRoute({
  getParentRoute: () => app,
  path: '/projects/$projectId/audit-log',
  component: AuditLogPage,
});
const settings = createRoute({
  getParentRoute: () => app,
  path: '/projects/$projectId/settings',
  component: ProjectSettingsPage,
});

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
