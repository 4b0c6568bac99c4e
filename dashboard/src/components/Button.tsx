import type { ComponentProps } from 'react';

/** How loud a button is: one `primary` a page, `danger` only where something ends. */
type Variant = 'primary' | 'secondary' | 'quiet' | 'danger';

const SHAPE =
  'inline-flex min-h-9 items-center max-md:min-h-11 justify-center gap-2 rounded-control px-3 font-medium whitespace-nowrap max-[360px]:whitespace-normal select-none transition-colors duration-100 disabled:opacity-55';

const LOOK: Readonly<Record<Variant, string>> = {
  primary: 'border border-transparent bg-accent text-on-accent enabled:hover:bg-accent-strong',
  secondary: 'bg-card text-ink border border-hairline enabled:hover:bg-sunken',
  quiet: 'text-muted enabled:hover:bg-sunken enabled:hover:text-ink',
  danger: 'border border-transparent bg-wrong text-card enabled:hover:opacity-90',
};

/** The classes of a button, for a link that looks like one. */
export function buttonClasses(variant: Variant = 'secondary'): string {
  return `${SHAPE} ${LOOK[variant].replaceAll('enabled:', '')}`;
}

/** A button; `isBusy` keeps its width and refuses further clicks without losing the focus. `mayRepeat`: each quick click counts. */
export function Button({
  variant = 'secondary',
  isBusy = false,
  mayRepeat = false,
  className = '',
  onClick,
  children,
  ...rest
}: ComponentProps<'button'> & { variant?: Variant; isBusy?: boolean; mayRepeat?: boolean }) {
  return (
    <button
      type="button"
      aria-busy={isBusy || undefined}
      aria-disabled={isBusy || undefined}
      className={`${SHAPE} ${LOOK[variant]} relative ${className}`}
      onClick={(event) => {
        // The second click of a double click is no second wish; nor may it reach what has come in this button's place.
        if (isBusy || (event.detail > 1 && !mayRepeat)) event.preventDefault();
        else onClick?.(event);
      }}
      {...rest}
    >
      <span className={`inline-flex items-center gap-2 ${isBusy ? 'opacity-40' : ''}`}>{children}</span>
      {isBusy && (
        <span aria-hidden="true" className="absolute inset-x-3 bottom-1 h-0.5 animate-pulse-slow bg-current" />
      )}
    </button>
  );
}
