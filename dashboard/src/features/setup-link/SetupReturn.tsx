import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { describeReturn, readReturn, type SetupOutcome } from './describe-return.ts';

/** Says how it went to somebody who comes back from their DNS provider, once: the address is that of the page again. */
export function SetupReturn() {
  const search: { setup?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const [outcome] = useState<SetupOutcome | null>(() => readReturn(search.setup));
  useEffect(() => {
    if (outcome !== null) void navigate({ to: '.', search: {}, replace: true });
  }, [outcome, navigate]);
  if (outcome === null) return null;
  return (
    <p role="status" className="rounded-box bg-accent-soft px-4 py-3">
      {describeReturn(outcome).text}
    </p>
  );
}
