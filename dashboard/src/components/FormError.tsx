import { RichText } from './text/RichText.tsx';

/** What went wrong with a form as a whole. */
export function FormError({ error }: { error: Error | null }) {
  return (
    <div role="alert" className="empty:hidden">
      {error && (
        <p className="rounded-control bg-wrong-soft px-3 py-2 text-small text-wrong">
          <RichText text={error.message} />
        </p>
      )}
    </div>
  );
}
