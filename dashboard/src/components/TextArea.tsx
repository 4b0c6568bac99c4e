import type { ComponentProps, ReactNode } from 'react';
import { Labeling } from './Field.tsx';

/** A labeled field for a text of several lines that is neither corrected, completed nor sent to a spelling service. */
export function TextArea({
  label,
  hint,
  error,
  ...area
}: ComponentProps<'textarea'> & { label: string; hint?: ReactNode; error?: ReactNode }) {
  return (
    <Labeling label={label} hint={hint} error={error}>
      {(control) => (
        <textarea
          className="w-full rounded-control border border-edge bg-card px-3 py-2 font-mono text-small text-ink placeholder:text-muted aria-invalid:border-wrong"
          autoComplete="off"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          {...control}
          {...area}
        />
      )}
    </Labeling>
  );
}
