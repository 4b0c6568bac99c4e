import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Page } from '../../components/Page.tsx';

/** For a page that could not be shown at all. */
export function ProblemPage({ error }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <Page title="Something went wrong">
      <ErrorState
        what="This page could not be shown"
        error={error instanceof Error ? error : new Error('It could not be read.')}
        onRetry={() => router.invalidate()}
      />
    </Page>
  );
}
