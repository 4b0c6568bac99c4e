import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { domainListKey, domainListQuery } from '../../api/domains.ts';
import { RequestError } from '../../api/request-error.ts';

/** Whether a failure says that the project has that domain. */
export function isDuplicate(error: Error): boolean {
  return error instanceof RequestError && error.code === 'DOMAIN_ALREADY_EXISTS';
}

/** Says that a domain is there, and leads to it. */
export function Duplicate({ projectId, name }: { projectId: string; name: string }) {
  const client = useQueryClient();
  const found = useQuery({
    queryKey: [...domainListKey(projectId), 'named', name],
    queryFn: () => client.fetchInfiniteQuery(domainListQuery(projectId, { search: name })),
  });
  const domain = found.data?.pages[0]?.domains.find(
    ({ domainName, unicodeName }) => domainName === name || unicodeName === name,
  );
  return (
    <>
      {name} is already here.{' '}
      {domain && (
        <Link
          to="/projects/$projectId/domains/$domainId"
          params={{ projectId, domainId: domain.id }}
          className="font-medium underline underline-offset-2"
        >
          Open it
        </Link>
      )}
    </>
  );
}
