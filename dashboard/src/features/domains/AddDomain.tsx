import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { regionsQuery } from '../../api/account.ts';
import { addDomain, domainListKey, domainQuery, typedDomainQuery } from '../../api/domains.ts';
import { findFieldError } from '../../api/request-error.ts';
import { Button } from '../../components/Button.tsx';
import { Field } from '../../components/Field.tsx';
import { Select } from '../../components/Select.tsx';
import { AddSeveral } from './AddSeveral.tsx';
import { findBareName } from './bare-name.ts';
import { Duplicate, isDuplicate } from './Duplicate.tsx';
import { readPastedNames } from './pasted-names.ts';
import { formatRegion } from './regions.ts';

/** People are asked about a text when they pause, not at each key. */
const PAUSE_MS = 200;

/** The one field that starts everything: takes what people paste, and the name out of it. */
export function AddDomain({
  projectId,
  primaryRegion,
  isTest,
  initial = '',
  onCancel,
}: {
  projectId: string;
  primaryRegion: string;
  /** Whether the project is one for tests, whose names play parts. */
  isTest: boolean;
  /** What the field begins with. */
  initial?: string;
  onCancel?: () => void;
}) {
  const first = readPastedNames(initial);
  const [typed, setTyped] = useState(first.names.length === 1 ? (first.names[0] ?? '') : initial);
  /** The name in what was pasted; null where somebody typed. */
  const [taken, setTaken] = useState<string | null>(null);
  const [regionKey, setRegionKey] = useState(primaryRegion);
  const regions = useQuery(regionsQuery());
  const client = useQueryClient();
  const navigate = useNavigate();
  const isSending = useRef(false);
  const add = useMutation({
    mutationFn: (domain: string) => addDomain(projectId, domain, regionKey),
    onSuccess: async (domain) => {
      client.setQueryData(domainQuery(projectId, domain.id).queryKey, domain);
      void client.invalidateQueries({ queryKey: domainListKey(projectId) });
      onCancel?.();
      await navigate({
        to: '/projects/$projectId/domains/$domainId',
        params: { projectId, domainId: domain.id },
      });
    },
    onSettled: () => {
      isSending.current = false;
    },
  });
  const { names } = readPastedNames(typed);
  const text = useSettled(names.length === 1 ? (names[0] ?? '') : typed.trim());
  const reading = useQuery({ ...typedDomainQuery(text, isTest), enabled: text !== '' && names.length < 2 });
  const { domainName = null, suggestion = null, problem = null, warning = null } = reading.data ?? {};
  const offered = findBareName(suggestion ?? domainName ?? '') ?? suggestion;
  const change = (name: string, takenFrom: string | null) => {
    setTyped(name);
    setTaken(takenFrom);
    add.reset();
  };
  const paste = (names: readonly string[]) => {
    const [only = ''] = names;
    // Mail is sent from the name below that of the web site, nearly always.
    if (names.length === 1) change(findBareName(only) ?? only, only);
    else change(names.join(', '), null);
  };
  if (names.length > 1)
    return (
      <AddSeveral
        names={names}
        projectId={projectId}
        regionKey={regionKey}
        onBack={() => change('', null)}
        onDone={onCancel}
      />
    );
  return (
    <form
      className="flex flex-col gap-4 text-left"
      onSubmit={(event) => {
        event.preventDefault();
        // A second click may come before the first is drawn.
        if (typed.trim() === '' || isSending.current) return;
        isSending.current = true;
        add.mutate(names[0] ?? typed.trim());
      }}
    >
      <Field
        label="Domain"
        placeholder={isTest ? 'verified.test' : 'example.com'}
        value={typed}
        autoFocus
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        inputMode="url"
        error={
          add.error &&
          (isDuplicate(add.error) ? (
            <Duplicate projectId={projectId} name={domainName ?? text} />
          ) : (
            (problem ?? findFieldError(add.error, 'domain') ?? add.error.message)
          ))
        }
        hint={
          warning ??
          (taken === null ? (
            isTest ? (
              TEST_HINT
            ) : (
              HINT
            )
          ) : (
            <Taken name={taken} isUsed={taken === typed} onUse={() => change(taken, taken)} />
          ))
        }
        onChange={(event) => change(event.target.value, null)}
        onPaste={(event) => {
          const pasted = readPastedNames(event.clipboardData.getData('text'));
          if (!pasted.isTaken) return;
          event.preventDefault();
          paste(pasted.names);
        }}
      />
      {taken === null && offered !== null && offered !== typed && (
        <p className="-mt-2 text-small">
          Did you mean{' '}
          <button
            type="button"
            className="rounded-control font-medium text-accent underline underline-offset-2"
            onClick={() => change(offered, null)}
          >
            {offered}
          </button>
          ?
        </p>
      )}
      <div>
        <Select
          label="Region"
          value={regionKey}
          options={(regions.data?.regions ?? [{ regionKey: primaryRegion }]).map((region) => ({
            value: region.regionKey,
            label: formatRegion(region.regionKey),
          }))}
          onChange={(event) => setRegionKey(event.target.value)}
        />
        <p className="mt-1 text-small text-muted">Where mail is sent from. Can’t be changed later.</p>
      </div>
      <div className="flex justify-end gap-2">
        {onCancel && <Button onClick={onCancel}>Cancel</Button>}
        <Button type="submit" variant="primary" disabled={typed.trim() === ''} isBusy={add.isPending}>
          Add domain
        </Button>
      </div>
    </form>
  );
}

const HINT: ReactNode =
  'The part after the @ in your sender address. A subdomain such as mail.example.com keeps your main domain’s reputation apart.';

const TEST_HINT: ReactNode =
  'A scripted name such as verified.test, missing-dkim.test or at-risk.test, or any name below one.';

/** Says where the name comes from, and offers the whole of it where only a part was taken. */
function Taken({ name, isUsed, onUse }: { name: string; isUsed: boolean; onUse(): void }) {
  return (
    <>
      Taken from what you pasted.{' '}
      {!isUsed && (
        <button
          type="button"
          className="rounded-control font-medium text-accent underline underline-offset-2"
          onClick={onUse}
        >
          Use {name} instead
        </button>
      )}
    </>
  );
}

/** The text as it stood at the last pause. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
