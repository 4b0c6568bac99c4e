import { OutsidePage } from '../../components/OutsidePage.tsx';

/** Where the provider of single sign-on leads back to, in the tab that was opened for it. */
export function ConfirmedPage() {
  return (
    <OutsidePage title="Confirmed" intro="You can close this tab. The page that asked continues automatically.">
      {null}
    </OutsidePage>
  );
}
