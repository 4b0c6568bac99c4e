import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';
import { CONTROL, Labeling } from './Field.tsx';

/** A labeled choice, the system's own: on a phone it is the wheel that people know. */
export function Select({
  label,
  options,
  isLabelHidden = false,
  className = '',
  ...select
}: ComponentProps<'select'> & {
  label: string;
  options: readonly { readonly value: string; readonly label: string }[];
  isLabelHidden?: boolean;
}) {
  return (
    <Labeling label={label} isLabelHidden={isLabelHidden} className={className}>
      {(control) => (
        <div className="relative">
          <select {...control} className={`${CONTROL} appearance-none pr-8`} {...select}>
            {options.map(({ value, label: text }) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
          <ChevronDown
            aria-hidden="true"
            size={16}
            className="pointer-events-none absolute inset-y-0 right-2.5 my-auto text-muted"
          />
        </div>
      )}
    </Labeling>
  );
}
