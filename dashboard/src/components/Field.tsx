import { type ComponentProps, type ReactNode, useId } from 'react';

/** The look of whatever a person types or chooses in. */
export const CONTROL =
  'h-9 w-full rounded-control border border-edge bg-card px-3 text-ink placeholder:text-muted aria-invalid:border-wrong';

/** A labelled text field; `error` takes the place of `hint` and is read out. */
export function Field({
  label,
  hint,
  error,
  className = '',
  isLabelHidden = false,
  ...input
}: ComponentProps<'input'> & { label: string; hint?: ReactNode; error?: ReactNode; isLabelHidden?: boolean }) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={className}>
      <label htmlFor={id} className={isLabelHidden ? 'sr-only' : 'mb-1 block text-small font-medium'}>
        {label}
      </label>
      <input
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        className={CONTROL}
        {...input}
      />
      {note && (
        <p
          id={`${id}-note`}
          role={error ? 'alert' : undefined}
          className={`mt-1 text-small ${error ? 'text-wrong' : 'text-muted'}`}
        >
          {note}
        </p>
      )}
    </div>
  );
}
