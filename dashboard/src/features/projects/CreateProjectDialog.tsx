import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { accountQuery } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { findFieldError } from '../../api/request-error.ts';
import { Checkbox } from '../../components/Checkbox.tsx';
import { FormDialog } from '../../components/FormDialog.tsx';
import { useNavigation } from '../shell/use-navigation.ts';
import { useProject } from '../shell/use-project.ts';
import { ProjectFields } from './ProjectFields.tsx';

const FIRST_REGION = 'us-east-1';

/** Makes a project and goes to it. */
export function CreateProjectDialog({ onClose }: { onClose(): void }) {
  const { account } = useProject();
  const [value, setValue] = useState({ name: '', primaryRegion: account.projects[0]?.primaryRegion ?? FIRST_REGION });
  const [isTest, setTest] = useState(false);
  const client = useQueryClient();
  const { goToProject } = useNavigation();
  const create = useMutation({
    mutationFn: () => call('POST /api/projects', { body: { ...value, isTest } }),
    onSuccess: async (project) => {
      await client.invalidateQueries({ queryKey: accountQuery().queryKey });
      onClose();
      goToProject(project.id);
    },
  });
  return (
    <FormDialog
      title="New project"
      submitLabel="Create project"
      isDisabled={value.name.trim() === ''}
      isBusy={create.isPending}
      onSubmit={() => create.mutate()}
      onClose={onClose}
    >
      <p className="max-w-prose text-muted">Domains and API keys belong to a project; projects can’t see each other.</p>
      <ProjectFields
        value={value}
        nameError={findFieldError(create.error, 'name') ?? create.error?.message}
        onChange={setValue}
        autoFocus
      />
      <Checkbox
        label="Test project"
        hint="For trying things out and for automated tests. Its domains follow a script and need no DNS. You can’t change this later."
        isChecked={isTest}
        onChange={setTest}
      />
    </FormDialog>
  );
}
