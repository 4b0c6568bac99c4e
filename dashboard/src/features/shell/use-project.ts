import { useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type Account, accountQuery, type Project } from '../../api/account.ts';
import { recallProject } from './last-project.ts';

/** Who is signed in, and the project that the page is about with what they may do in it. Below the signed-in route only. */
export function useProject(): {
  readonly account: Account;
  /** Null where there is no project, or none of the address's id. */
  readonly project: Project | null;
  readonly canWrite: boolean;
} {
  const { projectId } = useParams({ strict: false });
  const { data: account } = useSuspenseQuery(accountQuery());
  if (!account) throw new Error('Your session has ended. Sign in again.');
  const { projects } = account;
  const id = projectId ?? recallProject();
  const project = projects.find((each) => each.id === id) ?? (projectId === undefined ? (projects[0] ?? null) : null);
  return { account, project, canWrite: project !== null && project.role !== 'member' };
}
