import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { regionsQuery } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { domainListKey, domainQuery, typedDomainQuery } from '../../api/domains.ts';
import { findFieldError } from '../../api/request-error.ts';
import { Button } from '../../components/Button.tsx';
import { Field } from '../../components/Field.tsx';
import { Select } from '../../components/Select.tsx';
import { findBareName } from './bare-name.ts';

/** People are asked about a text when they pause, not at each key. */
const PAUSE_MS = 200;

/** The one field that starts everything: takes what people paste, and offers the bare name. */
export function AddDomain({
  projectId,
  primaryRegion,
  onCancel,
}: {
  projectId: string;
  primaryRegion: string;
  onCancel?: () => void;
}) {
  const [typed, setTyped] = useState('');
  const [regionKey, setRegionKey] = useState(primaryRegion);
  const regions = useQuery(regionsQuery());
  const client = useQueryClient();
  const navigate = useNavigate();
  const add = useMutation({
    mutationFn: (domain: string) =>
      call('POST /api/projects/:projectId/domains', { params: { projectId }, body: { domain, regionKey } }),
    onSuccess: async (domain) => {
      client.setQueryData(domainQuery(projectId, domain.id).queryKey, domain);
      void client.invalidateQueries({ queryKey: domainListKey(projectId) });
      await navigate({
        to: '/projects/$projectId/domains/$domainId',
        params: { projectId, domainId: domain.id },
      });
    },
  });
  const text = useSettled(typed.trim());
  const reading = useQuery({ ...typedDomainQuery(text), enabled: text !== '' });
  const { domainName = null, suggestion = null, problem = null, warning = null } = reading.data ?? {};
  const offered = findBareName(suggestion ?? domainName ?? '') ?? suggestion;
  // The reading says the same as the failure, and what was probably meant apart from it.
  const error = add.error && (problem ?? findFieldError(add.error, 'domain') ?? add.error.message);
  const use = (name: string) => {
    setTyped(name);
    add.mutate(name);
  };
  return (
    <form
      className="flex flex-col gap-4 text-left"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim() !== '' && !add.isPending) add.mutate(typed.trim());
      }}
    >
      <Field
        label="Domain"
        placeholder="example.com"
        value={typed}
        autoFocus
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        inputMode="url"
        error={error}
        hint={warning ?? 'The name after the @ of the addresses that you send from.'}
        onChange={(event) => {
          setTyped(event.target.value);
          add.reset();
        }}
      />
      {offered !== null && (
        <p className="-mt-2 text-small">
          Did you mean{' '}
          <button
            type="button"
            className="rounded-control font-medium text-accent underline underline-offset-2"
            onClick={() => use(offered)}
          >
            {offered}
          </button>
          ?
        </p>
      )}
      <Select
        label="Region"
        value={regionKey}
        options={(regions.data?.regions ?? [{ regionKey: primaryRegion }]).map((region) => ({
          value: region.regionKey,
          label: region.regionKey,
        }))}
        onChange={(event) => setRegionKey(event.target.value)}
      />
      <div className="flex justify-end gap-2">
        {onCancel && <Button onClick={onCancel}>Cancel</Button>}
        <Button type="submit" variant="primary" disabled={typed.trim() === ''} isBusy={add.isPending}>
          Add domain
        </Button>
      </div>
    </form>
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
