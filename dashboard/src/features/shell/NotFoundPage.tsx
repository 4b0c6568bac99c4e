import { Link } from '@tanstack/react-router';
import { buttonClasses } from '../../components/Button.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Page } from '../../components/Page.tsx';

/** For an address that leads nowhere. */
export function NotFoundPage() {
  return (
    <Page title="Not found" heading={<span className="sr-only">Not found</span>}>
      <EmptyState title="There is nothing at this address">
        <p className="mb-4">The link may be old, or what it led to was deleted.</p>
        <Link to="/" className={buttonClasses()}>
          Go to your domains
        </Link>
      </EmptyState>
    </Page>
  );
}
