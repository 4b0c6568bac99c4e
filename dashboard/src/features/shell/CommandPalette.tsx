import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useRef, useState } from 'react';
import { domainListQuery, domainSearchQuery } from '../../api/domains.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { type Command, matchCommands } from './commands.ts';
import { type ShellActions, useActions, usePages } from './use-commands.ts';
import { useNavigation } from './use-navigation.ts';
import { useProject } from './use-project.ts';

const SHOWN_DOMAINS = 8;

/** Goes anywhere and does what is done often, by typing: pages, actions, projects, and the domains of all projects. */
export function CommandPalette({ onClose, actions }: { onClose(): void; actions: ShellActions }) {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const { commands, error } = useCommands(typed.trim().toLowerCase(), actions);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const chosen = commands[Math.min(at, commands.length - 1)];
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the choice that has to be in view.
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen?.id]);

  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && commands.length > 0) {
      event.preventDefault();
      setAt((Math.min(at, commands.length - 1) + step + commands.length) % commands.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(chosen);
    }
  };

  return (
    <Dialog title="Search" onClose={onClose} width="max-w-xl">
      <input
        autoFocus
        role="combobox"
        aria-label="Page, action, project or domain"
        aria-expanded="true"
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={chosen ? `${id}-${chosen.id}` : undefined}
        placeholder="Page, action, project or domain"
        className="h-10 w-full max-md:h-11 max-md:text-[16px] rounded-control border border-edge bg-card px-3 placeholder:text-muted"
        value={typed}
        maxLength={253}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div ref={list} id={id} role="listbox" aria-label="Results" className="mt-2 h-80 overflow-auto" tabIndex={-1}>
        {commands.map((command) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field (combobox).
          <div
            key={command.id}
            id={`${id}-${command.id}`}
            role="option"
            tabIndex={-1}
            aria-selected={command === chosen}
            className="flex min-h-10 items-center justify-between gap-4 rounded-control px-3 py-1 aria-selected:bg-sunken"
            onPointerMove={() => setAt(commands.indexOf(command))}
            onClick={() => run(command)}
          >
            <span className="min-w-0 [overflow-wrap:anywhere]">{command.label}</span>
            <span className="shrink-0 text-small text-muted">{command.hint}</span>
          </div>
        ))}
      </div>
      {error && (
        <p role="alert" className="px-3 pb-2 text-muted">
          Couldn’t search the domains. {error.message}
        </p>
      )}
      {commands.length === 0 && error ? null : (
        <p role="status" className={commands.length === 0 ? 'px-3 pb-2 text-muted' : 'sr-only'}>
          {commands.length === 0 ? 'No results' : commands.length === 1 ? '1 result' : `${commands.length} results`}
        </p>
      )}
    </Dialog>
  );
}

function useCommands(search: string, actions: ShellActions): { commands: Command[]; error: Error | null } {
  const { account, project } = useProject();
  const { goToProject } = useNavigation();
  const pages = usePages();
  const does = useActions(actions);
  const domains = useInfiniteQuery({
    ...domainListQuery(project?.id ?? '', {}),
    enabled: project !== null && search === '',
  });
  const wanted = useDeferredValue(search);
  const everywhere = useQuery({
    ...domainSearchQuery(wanted),
    enabled: wanted !== '',
    placeholderData: keepPreviousData,
  });
  const { navigate } = useNavigation();
  const projectId = project?.id ?? '';
  const others = account.projects
    .filter(({ id }) => id !== project?.id)
    .map((each) => ({
      id: each.id,
      label: each.name,
      hint: 'Project',
      words: 'switch to',
      run: () => goToProject(each.id),
    }));
  // Enter takes what stands first: whoever types fast must never get what belongs to the text of a moment ago.
  const listed = (domains.data?.pages[0]?.domains ?? []).map((each) => ({ ...each, projectId }));
  const isCurrent = wanted === search && !everywhere.isPlaceholderData;
  const matching =
    search === ''
      ? listed
      : (everywhere.data?.domains ?? []).filter(({ domainName }) => isCurrent || domainName.includes(search));
  const found = matching.slice(0, SHOWN_DOMAINS).map((domain) => ({
    id: domain.id,
    label: domain.unicodeName ?? domain.domainName,
    hint:
      domain.projectId === projectId
        ? 'Domain'
        : `Domain in ${account.projects.find(({ id }) => id === domain.projectId)?.name ?? 'another project'}`,
    run: () =>
      navigate({
        to: '/projects/$projectId/domains/$domainId',
        params: { projectId: domain.projectId, domainId: domain.id },
      }),
  }));
  const named = [...pages, ...does, ...others];
  return search === ''
    ? { commands: [...named, ...found], error: domains.error }
    : { commands: [...found, ...matchCommands(named, search)], error: everywhere.error };
}
