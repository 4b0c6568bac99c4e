import { type ReactNode, useState } from 'react';
import { Field } from './Field.tsx';
import { FormDialog } from './FormDialog.tsx';

/** Asks for the name before something is deleted for good; `children` say what will stop working. */
export function DeleteDialog({
  what,
  name,
  error,
  isBusy,
  onDelete,
  onClose,
  children,
}: {
  what: string;
  name: string;
  error?: string | undefined;
  isBusy: boolean;
  onDelete(): void;
  onClose(): void;
  children: ReactNode;
}) {
  const [typed, setTyped] = useState('');
  return (
    <FormDialog
      title={`Delete ${name}`}
      submitLabel={`Delete the ${what}`}
      isDangerous
      isDisabled={typed.trim().toLowerCase() !== name.toLowerCase()}
      isBusy={isBusy}
      onSubmit={onDelete}
      onClose={onClose}
    >
      <div className="flex max-w-prose flex-col gap-2 text-muted">{children}</div>
      <Field
        label={`Type ${name} to delete the ${what}`}
        value={typed}
        error={error}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
      />
    </FormDialog>
  );
}
