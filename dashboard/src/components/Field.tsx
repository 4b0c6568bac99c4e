import { type ComponentProps, type ReactNode, useId } from 'react';

/** The look of whatever a person types or chooses in. On a phone as high as a thumb, and in letters that Safari doesn’t zoom in on. */
export const CONTROL =
  'h-9 w-full rounded-control border border-edge bg-card px-3 text-ink max-md:h-11 max-md:text-[16px] placeholder:text-muted aria-invalid:border-wrong';

/** What a field of any kind is labeled and annotated with. */
interface Labeled {
  label: string;
  hint?: ReactNode;
  error?: ReactNode;
  isLabelHidden?: boolean;
}

/** The label of a control and the note beneath it; `error` takes the place of `hint` and is read out. */
export function Labeling({
  label,
  hint,
  error,
  isLabelHidden = false,
  className = '',
  children,
}: Labeled & {
  className?: string | undefined;
  children(control: { id: string; 'aria-invalid'?: true; 'aria-describedby'?: string }): ReactNode;
}) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={className}>
      <label htmlFor={id} className={isLabelHidden ? 'sr-only' : 'mb-1 block text-small font-medium'}>
        {label}
      </label>
      {children({
        id,
        ...(error ? { 'aria-invalid': true } : {}),
        ...(note ? { 'aria-describedby': `${id}-note` } : {}),
      })}
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

/** A labeled text field. */
export function Field({
  label,
  hint,
  error,
  className,
  isLabelHidden = false,
  ...input
}: ComponentProps<'input'> & Labeled) {
  return (
    <Labeling label={label} hint={hint} error={error} className={className} isLabelHidden={isLabelHidden}>
      {(control) => <input className={CONTROL} {...control} {...input} />}
    </Labeling>
  );
}
