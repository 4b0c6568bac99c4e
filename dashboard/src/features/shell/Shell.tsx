/*
 * What surrounds the pages of a signed-in person, and the pages that belong to no feature (home, not found,
 * problem). `use-project.ts` says which project and role apply and `use-navigation.ts` where the menus and the
 * command palette lead; `use-commands.ts` lists what the palette does, `shortcuts.ts` the keys. A feature may use
 * these hooks; the shell knows features by their routes.
 */

import { Link, Outlet, useLocation, useParams } from '@tanstack/react-router';
import { ChevronsUpDown, CircleUserRound, Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Menu } from '../../components/Menu.tsx';
import { setTimeAhead } from '../../components/now.ts';
import { NewKeyDialog } from '../api-keys/NewKeyDialog.tsx';
import { AddDomainDialog } from '../domains/AddDomainDialog.tsx';
import { CreateProjectDialog } from '../projects/CreateProjectDialog.tsx';
import { TestBadge } from '../projects/TestBadge.tsx';
import { TestClockBar } from '../projects/TestClockBar.tsx';
import { SignInAgain } from '../sign-in/SignInAgain.tsx';
import { CommandPalette } from './CommandPalette.tsx';
import { Logo } from './Logo.tsx';
import { rememberProject } from './last-project.ts';
import { SecondFactorNeeded } from './SecondFactorNeeded.tsx';
import { ShortcutsDialog } from './ShortcutsDialog.tsx';
import { isKeyTaken, readShortcut, type Shortcut } from './shortcuts.ts';
import { useNavigation } from './use-navigation.ts';
import { useProject } from './use-project.ts';

const TAB =
  'flex h-10 items-center border-b-2 border-transparent px-1 text-muted max-[400px]:text-small hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink';
/** Where the domains of all projects are. */
const ALL_DOMAINS = '/domains';
const isMac = /Mac|iP(hone|ad)/.test(navigator.userAgent);

/** What stands around every page of a signed-in person: project, palette, account, tabs. */
export function Shell() {
  const { account, project, canWrite } = useProject();
  const { projectId: projectOfPage } = useParams({ strict: false });
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const [dialog, setDialog] = useState<'project' | 'domain' | 'key' | 'shortcuts' | null>(null);
  const close = () => setDialog(null);
  const { goToProject, signOut, navigate } = useNavigation();
  const projectId = project?.id;
  const isOverAll = useLocation({ select: ({ pathname }) => pathname === ALL_DOMAINS });
  useEffect(() => {
    if (projectId !== undefined) rememberProject(projectId);
  }, [projectId]);
  const aheadMs = project?.isTest && !isOverAll ? project.clockOffsetMs : 0;
  useEffect(() => setTimeAhead(aheadMs), [aheadMs]);
  const canAdd = project !== null && canWrite;
  useShortcuts((shortcut) => {
    if (shortcut === 'palette') setPaletteOpen((isOpen) => !isOpen);
    else if (shortcut === 'help') setDialog('shortcuts');
    else if (shortcut === 'add') canAdd && setDialog('domain');
    else if (!focusSearch()) setPaletteOpen(true);
  });

  const tabs =
    project && !isOverAll
      ? ([
          { to: '/projects/$projectId/domains', label: 'Domains' },
          { to: '/projects/$projectId/api-keys', label: 'API keys' },
          { to: '/projects/$projectId/webhooks', label: 'Webhooks' },
          { to: '/projects/$projectId/members', label: 'Members' },
          { to: '/projects/$projectId/settings', label: 'Settings' },
        ] as const)
      : [];
  return (
    <>
      <a
        href="#content"
        className="sr-only z-40 rounded-control bg-card px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <header className="border-b border-hairline bg-card">
        <div className="mx-auto flex h-14 max-w-page items-center gap-2 px-4">
          <Link to="/" aria-label="Home" className="rounded-control">
            <Logo />
          </Link>
          {project && (
            <Menu
              label={
                isOverAll
                  ? 'All projects: switch'
                  : `${project.isTest ? 'Test project' : 'Project'} ${project.name}: switch`
              }
              side="left"
              triggerClassName="min-w-0 text-ink"
              trigger={
                <>
                  <span className="max-w-24 truncate min-[400px]:max-w-40 sm:max-w-64">
                    {isOverAll ? 'All projects' : project.name}
                  </span>
                  {project.isTest && !isOverAll && <TestBadge />}
                  <ChevronsUpDown aria-hidden="true" size={16} className="text-muted" />
                </>
              }
              entries={[
                ...(account.projects.length > 1 || isOverAll
                  ? [{ label: 'All projects', isChosen: isOverAll, onSelect: () => navigate({ to: ALL_DOMAINS }) }]
                  : []),
                ...account.projects.map((each) => ({
                  label: each.name,
                  ...(each.isTest && { hint: 'Test project' }),
                  isChosen: !isOverAll && each.id === project.id,
                  onSelect: () => goToProject(each.id),
                })),
                ...(account.canCreateProjects ? [{ label: 'New project…', onSelect: () => setDialog('project') }] : []),
              ]}
            />
          )}
          <div className="ml-auto flex items-center gap-1">
            <button
              type="button"
              className="flex h-9 items-center gap-2 rounded-control px-3 text-muted hover:bg-sunken hover:text-ink max-md:h-11"
              aria-keyshortcuts={isMac ? 'Meta+K' : 'Control+K'}
              onClick={() => setPaletteOpen(true)}
            >
              <Search aria-hidden="true" size={16} />
              <span className="max-sm:sr-only">Search…</span>
              <kbd className="font-sans text-small max-sm:hidden">{isMac ? '⌘K' : 'Ctrl K'}</kbd>
            </button>
            <Menu
              label="Account"
              triggerClassName="px-2"
              trigger={<CircleUserRound aria-hidden="true" size={20} />}
              entries={[
                { label: account.name, hint: account.email, onSelect: () => navigate({ to: '/account' }) },
                { label: 'Sign out', onSelect: signOut },
              ]}
            />
          </div>
        </div>
        {project && !isOverAll && (
          <nav
            aria-label="Project"
            className="mx-auto flex max-w-page flex-wrap gap-x-1.5 px-3 min-[400px]:gap-x-3 min-[400px]:px-4 sm:gap-x-5"
          >
            {tabs.map(({ to, label }) => (
              <Link key={to} to={to} params={{ projectId: project.id }} className={TAB}>
                {label}
              </Link>
            ))}
          </nav>
        )}
      </header>
      {project?.isTest && !isOverAll && <TestClockBar key={project.id} project={project} canMove={canWrite} />}
      {projectOfPage !== undefined && project?.requireSecondFactor && !account.hasSecondFactor ? (
        <SecondFactorNeeded project={project} />
      ) : (
        <Outlet />
      )}
      <SignInAgain account={account} />
      {isPaletteOpen && (
        <CommandPalette
          onClose={() => setPaletteOpen(false)}
          actions={{
            createProject: () => setDialog('project'),
            addDomain: () => setDialog('domain'),
            createKey: () => setDialog('key'),
            showShortcuts: () => setDialog('shortcuts'),
          }}
        />
      )}
      {dialog === 'project' && <CreateProjectDialog onClose={close} />}
      {dialog === 'shortcuts' && <ShortcutsDialog onClose={close} />}
      {dialog === 'domain' && project && <AddDomainDialog project={project} onClose={close} />}
      {dialog === 'key' && project && (
        <NewKeyDialog projectId={project.id} isOwner={project.role === 'owner'} onClose={close} />
      )}
    </>
  );
}

/** Follows the keys that work anywhere. */
function useShortcuts(run: (shortcut: Shortcut) => void): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const shortcut = readShortcut(event, isKeyTaken(event.target));
      if (shortcut === null) return;
      event.preventDefault();
      latest.current(shortcut);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

/** Goes to the search of the page; false where it has none. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('[data-search]');
  field?.focus();
  field?.select();
  return field !== null;
}
