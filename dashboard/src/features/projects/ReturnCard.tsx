import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { accountQuery, type Project } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { Field } from '../../components/Field.tsx';
import { splitList } from '../../components/split-list.ts';
import { showToast } from '../../components/toast-store.ts';

/** The origins to which share pages may lead back when every record is live. */
export function ReturnCard({ project }: { project: Project }) {
  const [text, setText] = useState(project.returnOrigins.join(', '));
  const client = useQueryClient();
  const update = useMutation({
    mutationFn: () =>
      call('PATCH /api/projects/:projectId', {
        params: { projectId: project.id },
        body: { returnOrigins: splitList(text) },
      }),
    onSuccess: async ({ returnOrigins }) => {
      setText(returnOrigins.join(', '));
      await client.invalidateQueries({ queryKey: accountQuery().queryKey });
      showToast('Saved');
    },
  });
  return (
    <Card title="Back to your product">
      <form
        className="flex max-w-md flex-col gap-4 px-4 py-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!update.isPending) update.mutate();
        }}
      >
        <Field
          label="Allowed origins"
          value={text}
          error={update.error?.message}
          placeholder="https://app.example.com"
          hint="Share links created with the API can lead back to these once every record is live."
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit" className="self-start" isBusy={update.isPending}>
          Save origins
        </Button>
      </form>
    </Card>
  );
}
