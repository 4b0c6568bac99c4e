import { type ComponentProps, type ReactNode, useState } from 'react';
import { CONTROL, Labeling } from './Field.tsx';

/** A labeled field for a password, which can be shown: who sees what they type gets it right. */
export function PasswordField({
  label,
  hint,
  error,
  className,
  ...input
}: Omit<ComponentProps<'input'>, 'type'> & { label: string; hint?: ReactNode; error?: ReactNode }) {
  const [isShown, setShown] = useState(false);
  return (
    <Labeling {...{ label, hint, error, className }}>
      {(control) => (
        <div className="relative">
          <input
            className={`${CONTROL} pr-16`}
            {...control}
            {...input}
            type={isShown ? 'text' : 'password'}
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
          />
          <button
            type="button"
            aria-pressed={isShown}
            aria-controls={control.id}
            className="absolute inset-y-0 right-0 rounded-control px-3 text-small text-muted hover:text-ink"
            onClick={() => setShown(!isShown)}
          >
            Show
          </button>
        </div>
      )}
    </Labeling>
  );
}
