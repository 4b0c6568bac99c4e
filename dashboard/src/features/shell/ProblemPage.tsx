import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { Button } from '../../components/Button.tsx';
import { OutsidePage } from '../../components/OutsidePage.tsx';

/** For a page that could not be shown at all. */
export function ProblemPage({ error }: ErrorComponentProps) {
  const router = useRouter();
  const reason = error instanceof Error ? error.message : 'The page couldn’t be read.';
  return (
    <OutsidePage title="This page couldn’t be loaded" intro={<p role="alert">{reason}</p>}>
      <Button variant="primary" className="self-start" onClick={() => router.invalidate()}>
        Try again
      </Button>
    </OutsidePage>
  );
}
