import type { ReactNode } from 'react';
import { Button } from './Button.tsx';
import { Dialog, DialogActions } from './Dialog.tsx';

/** A dialog that is one form: its fields, and beneath them the way out and the one thing that it does. */
export function FormDialog({
  title,
  submitLabel,
  closeLabel = 'Cancel',
  isDangerous = false,
  isDisabled = false,
  isBusy,
  onSubmit,
  onClose,
  children,
}: {
  title: string;
  submitLabel: string;
  closeLabel?: string;
  isDangerous?: boolean;
  isDisabled?: boolean;
  isBusy: boolean;
  onSubmit(): void;
  onClose(): void;
  children: ReactNode;
}) {
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy && !isDisabled) onSubmit();
        }}
      >
        {children}
        <DialogActions>
          <Button onClick={onClose}>{closeLabel}</Button>
          <Button type="submit" variant={isDangerous ? 'danger' : 'primary'} disabled={isDisabled} isBusy={isBusy}>
            {submitLabel}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
