import { RequestError } from '../api/request-error.ts';
import { Button } from './Button.tsx';

/** What failed, that nothing was lost, and the way to try again. */
export function ErrorState({
  what,
  error,
  onRetry,
}: {
  what: string;
  error: Error;
  onRetry?: (() => void) | undefined;
}) {
  return (
    <div role="alert" className="flex flex-col items-start gap-3 px-4 py-6">
      <div className="max-w-prose">
        <h2 className="text-base font-semibold">{what}</h2>
        <p className="mt-1 text-muted">
          {error.message} Nothing was changed.
          {error instanceof RequestError && isDocumented(error.code) && (
            <>
              {' '}
              <a href={`/docs/errors#${error.code.toLowerCase()}`} className="underline underline-offset-2">
                What this means
              </a>
            </>
          )}
        </p>
      </div>
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}

/** What the server said; the others are of this app. */
function isDocumented(code: string): boolean {
  return code !== 'NETWORK' && code !== 'UNREADABLE';
}
