import { Link } from '@tanstack/react-router';
import { buttonClasses } from '../../components/Button.tsx';
import { OutsidePage } from '../../components/OutsidePage.tsx';
import { Page } from '../../components/Page.tsx';

const TITLE = 'Page not found';
const WHY = 'The link may be out of date, or the page was deleted.';

/** For an address below which nothing is left, inside the dashboard. */
export function NotFoundPage() {
  return (
    <Page title={TITLE} intro={WHY}>
      <Home />
    </Page>
  );
}

/** For an address that leads nowhere at all, whoever opens it. */
export function LostPage() {
  return (
    <OutsidePage title={TITLE} intro={WHY}>
      <Home />
    </OutsidePage>
  );
}

function Home() {
  return (
    <Link to="/" className={`${buttonClasses()} self-start`}>
      Go to your domains
    </Link>
  );
}
