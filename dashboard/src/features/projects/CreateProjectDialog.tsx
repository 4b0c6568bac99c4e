import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { accountQuery } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { findFieldError } from '../../api/request-error.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { useNavigation } from '../shell/use-navigation.ts';
import { useProject } from '../shell/use-project.ts';
import { ProjectFields } from './ProjectFields.tsx';

const FIRST_REGION = 'us-east-1';

/** Makes a project and goes to it. */
export function CreateProjectDialog({ onClose }: { onClose(): void }) {
  const { account } = useProject();
  const [value, setValue] = useState({ name: '', primaryRegion: account.projects[0]?.primaryRegion ?? FIRST_REGION });
  const client = useQueryClient();
  const { goToProject } = useNavigation();
  const create = useMutation({
    mutationFn: () => call('POST /api/projects', { body: value }),
    onSuccess: async (project) => {
      await client.invalidateQueries({ queryKey: accountQuery().queryKey });
      onClose();
      goToProject(project.id);
    },
  });
  return (
    <Dialog title="New project" onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!create.isPending) create.mutate();
        }}
      >
        <p className="max-w-prose text-muted">
          Domains and API keys belong to a project; projects do not see each other.
        </p>
        <ProjectFields
          value={value}
          nameError={findFieldError(create.error, 'name') ?? create.error?.message}
          onChange={setValue}
          autoFocus
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={value.name.trim() === ''} isBusy={create.isPending}>
            Create project
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
