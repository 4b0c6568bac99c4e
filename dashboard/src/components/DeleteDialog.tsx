import { type ReactNode, useState } from 'react';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';
import { Field } from './Field.tsx';

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
  const isSame = typed.trim().toLowerCase() === name.toLowerCase();
  return (
    <Dialog title={`Delete ${name}`} onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (isSame && !isBusy) onDelete();
        }}
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
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="danger" disabled={!isSame} isBusy={isBusy}>
            Delete the {what}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
