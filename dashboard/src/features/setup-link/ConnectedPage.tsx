import { useSearch } from '@tanstack/react-router';
import { OutsidePage } from '../../components/OutsidePage.tsx';
import { describeReturn, readReturn } from './describe-return.ts';

/** Where somebody lands who comes back from their DNS provider and wasn't sent there by a page of ours. */
export function ConnectedPage() {
  const search: { setup?: unknown } = useSearch({ strict: false });
  const { title, text } = describeReturn(readReturn(search.setup) ?? 'used');
  return (
    <OutsidePage title={title} intro={<p>{text} You can close this tab.</p>}>
      {null}
    </OutsidePage>
  );
}
