import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Account, type NoticeChoice, noticesQuery } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { Card } from '../../components/Card.tsx';
import { Checkbox } from '../../components/Checkbox.tsx';
import { showToast } from '../../components/toast-store.ts';

type NoticeType = NoticeChoice['types'][number];

const WORDS: Readonly<Record<NoticeType, string>> = {
  'domain.at_risk': 'A domain is at risk',
  'domain.failed': 'A domain failed',
  'domain.restored': 'A domain is verified again',
  'webhook.disabled': 'A webhook was disabled',
};
const TYPES = Object.keys(WORDS) as NoticeType[];

/** What one is told by email, for each project. Not there where this installation sends no email. */
export function NoticesCard({ account }: { account: Account }) {
  const { data } = useQuery(noticesQuery());
  if (!data || data.choices.length === 0) return null;
  return (
    <Card title="Email notifications">
      <p className="px-4 pt-4 text-muted [overflow-wrap:anywhere]">
        Sent to {account.email}. When several things happen within 10 minutes, you get one email for all of them.
      </p>
      <div className="divide-y divide-hairline">
        {data.choices.map((choice) => (
          <Choice key={choice.project.id} choice={choice} />
        ))}
      </div>
    </Card>
  );
}

function Choice({ choice: { project, types } }: { choice: NoticeChoice }) {
  const client = useQueryClient();
  const { queryKey } = noticesQuery();
  const choose = useMutation({
    mutationFn: (chosen: NoticeType[]) =>
      call('PUT /api/projects/:projectId/notices', { params: { projectId: project.id }, body: { types: chosen } }),
    // Shown at once; what the server has is asked for when it has answered.
    onMutate: (chosen) =>
      client.setQueryData(
        queryKey,
        (before) =>
          before && {
            choices: before.choices.map((each) => (each.project.id === project.id ? { ...each, types: chosen } : each)),
          },
      ),
    onSuccess: () => showToast('Saved'),
    onError: (error) => showToast(error.message),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
  return (
    <fieldset className="px-4 py-4">
      <legend className="float-left mb-2 w-full font-medium [overflow-wrap:anywhere]">{project.name}</legend>
      <div className="clear-left grid gap-x-4 gap-y-2 sm:grid-cols-2">
        {TYPES.map((type) => (
          <Checkbox
            key={type}
            label={WORDS[type]}
            isChecked={types.includes(type)}
            onChange={(isChecked) =>
              choose.mutate(TYPES.filter((each) => (each === type ? isChecked : types.includes(each))))
            }
          />
        ))}
      </div>
    </fieldset>
  );
}
