import { Link } from '@tanstack/react-router';

/** Leads to where a DNS connection is added. */
export function ConnectionsLink({ projectId }: { projectId: string }) {
  return (
    <Link
      to="/projects/$projectId/settings"
      params={{ projectId }}
      className="self-start text-accent underline underline-offset-2"
    >
      DNS connections in the project’s settings
    </Link>
  );
}
