import { useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { call } from '../../api/call.ts';
import { domainKey, domainQuery } from '../../api/domains.ts';
import { showNewest } from '../../api/show-newest.ts';
import { chooseTheme, recallTheme, THEMES } from '../../components/theme.ts';
import { showToast } from '../../components/toast-store.ts';
import { describeSeen } from '../domain/describe-seen.ts';
import type { Command } from './commands.ts';
import { useNavigation } from './use-navigation.ts';
import { useProject } from './use-project.ts';

/** What the palette opens that stands above every page. */
export interface ShellActions {
  createProject(): void;
  addDomain(): void;
  createKey(): void;
  showShortcuts(): void;
}

/** The pages that somebody can go to. */
export function usePages(): Command[] {
  const { account, project } = useProject();
  const { navigate } = useNavigation();
  const page = (id: string, label: string, run: () => void, words = ''): Command => ({
    ...{ id, label, hint: 'Page', words },
    run,
  });
  const params = { projectId: project?.id ?? '' };
  return [
    ...(project
      ? [
          page('domains', 'Domains', () => navigate({ to: '/projects/$projectId/domains', params })),
          page('api-keys', 'API keys', () => navigate({ to: '/projects/$projectId/api-keys', params })),
          page('webhooks', 'Webhooks', () => navigate({ to: '/projects/$projectId/webhooks', params }), 'events'),
          page('members', 'Members', () => navigate({ to: '/projects/$projectId/members', params }), 'people invite'),
          page(
            'settings',
            'Project settings',
            () => navigate({ to: '/projects/$projectId/settings', params }),
            'logo color',
          ),
        ]
      : []),
    ...(account.projects.length > 1
      ? [page('all-domains', 'All domains', () => navigate({ to: '/domains' }), 'every all projects')]
      : []),
    page('account', 'Your account', () => navigate({ to: '/account' }), 'password passkey theme profile'),
    {
      id: 'docs',
      label: 'API documentation',
      hint: 'Docs',
      words: 'reference help',
      run: () => location.assign('/docs'),
    },
  ];
}

/** What somebody can do from wherever they are. */
export function useActions(actions: ShellActions): Command[] {
  const { account, project, canWrite } = useProject();
  const { signOut } = useNavigation();
  const checkAgain = useCheckAgain();
  const action = (id: string, label: string, run: () => void, words = ''): Command => ({
    ...{ id, label, hint: 'Action', words },
    run,
  });
  return [
    ...(canWrite ? [action('add-domain', 'Add domain…', actions.addDomain, 'new create')] : []),
    ...(canWrite && checkAgain ? [action('check', 'Check again', checkAgain, 'verify recheck dns')] : []),
    ...(canWrite && project ? [action('new-key', 'New API key…', actions.createKey, 'create add')] : []),
    ...(account.canCreateProjects ? [action('new-project', 'New project…', actions.createProject, 'create add')] : []),
    ...THEMES.filter(({ value }) => value !== recallTheme()).map(({ value, label }) =>
      action(`theme-${value}`, `Theme: ${label.toLowerCase()}`, () => chooseTheme(value), 'appearance mode color'),
    ),
    action('shortcuts', 'Keyboard shortcuts', actions.showShortcuts, 'keys help'),
    action('sign-out', 'Sign out', signOut, 'log out logout'),
  ];
}

/** Checks the domain whose page is open, and says what was seen; null on every other page. */
function useCheckAgain(): (() => void) | null {
  const { projectId, domainId } = useParams({ strict: false });
  const client = useQueryClient();
  if (projectId === undefined || domainId === undefined) return null;
  const params = { projectId, domainId };
  return async () => {
    showToast('Checking…');
    try {
      const { seen, ...newest } = await call('POST /api/projects/:projectId/domains/:domainId/verify', { params });
      showNewest(client, domainQuery(projectId, domainId), newest);
      void client.invalidateQueries({ queryKey: domainKey(projectId, domainId) });
      showToast(describeSeen(seen));
    } catch (error) {
      showToast(error instanceof Error ? error.message : 'Couldn’t check. Try again.');
    }
  };
}
