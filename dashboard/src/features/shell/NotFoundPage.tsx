import { Link } from '@tanstack/react-router';
import { buttonClasses } from '../../components/Button.tsx';
import { Page } from '../../components/Page.tsx';

/** For an address that leads nowhere. */
export function NotFoundPage() {
  return (
    <Page title="Page not found" intro="The link may be out of date, or the page was deleted.">
      <Link to="/" className={`${buttonClasses()} self-start`}>
        Go to your domains
      </Link>
    </Page>
  );
}
