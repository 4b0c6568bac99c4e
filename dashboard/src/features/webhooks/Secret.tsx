import { Button } from '../../components/Button.tsx';
import { CopyButton } from '../../components/CopyButton.tsx';
import { Dialog } from '../../components/Dialog.tsx';

/** The secret of a webhook, to copy. */
export function SecretDialog({
  title,
  secret,
  note,
  onClose,
}: {
  title: string;
  secret: string;
  note: string;
  onClose(): void;
}) {
  return (
    <Dialog title={title} onClose={onClose} isHeld>
      <div className="flex flex-col gap-4">
        <p className="max-w-prose text-muted">{note}</p>
        <div className="flex items-start gap-1 rounded-control bg-sunken py-1 pr-1 pl-3">
          <code
            data-testid="webhook-secret"
            className="min-w-0 flex-1 py-1.5 font-mono text-small [overflow-wrap:anywhere]"
          >
            {secret}
          </code>
          <CopyButton value={secret} what="the secret" />
        </div>
        <div className="flex justify-end gap-2">
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
