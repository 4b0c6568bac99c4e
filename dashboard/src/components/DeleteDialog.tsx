import { type ReactNode, useState } from 'react';
import { Field } from './Field.tsx';
import { FormDialog } from './FormDialog.tsx';

/** Asks for the name before something is deleted for good; `children` say what will stop working. */
export function DeleteDialog({
  what,
  name,
  otherName = name,
  error,
  isBusy,
  onDelete,
  onClose,
  children,
}: {
  what: string;
  name: string;
  /** What people may type as well. */
  otherName?: string | undefined;
  error?: string | undefined;
  isBusy: boolean;
  onDelete(): void;
  onClose(): void;
  children: ReactNode;
}) {
  const [typed, setTyped] = useState('');
  const given = typed.normalize('NFC').trim().toLowerCase();
  return (
    <FormDialog
      title={`Delete ${name}?`}
      submitLabel={`Delete ${what}`}
      isDangerous
      isDisabled={given !== name.toLowerCase() && given !== otherName.toLowerCase()}
      isBusy={isBusy}
      onSubmit={onDelete}
      onClose={onClose}
    >
      <div className="flex max-w-prose flex-col gap-2 text-muted">{children}</div>
      <Field
        label={`Type ${name} to confirm`}
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
