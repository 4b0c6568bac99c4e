import { Button } from '../../components/Button.tsx';
import { CopyButton } from '../../components/CopyButton.tsx';
import { Dialog } from '../../components/Dialog.tsx';

/** Recovery codes, shown this once. */
export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone(): void }) {
  const text = codes.join('\n');
  return (
    <Dialog title="Your recovery codes" onClose={onDone} isHeld>
      <div className="flex flex-col gap-4">
        <p className="max-w-prose text-muted">
          Each code works once, in place of a code from your app. Keep them with your password, not on your phone. You
          won’t see them again.
        </p>
        <ul
          data-testid="recovery-codes"
          className="grid grid-cols-1 gap-x-6 rounded-control bg-sunken px-3 py-2 font-mono text-small sm:grid-cols-2"
        >
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <div className="flex flex-wrap justify-end gap-2">
          <CopyButton value={text} what="the recovery codes" label="Copy" />
          <Button variant="primary" onClick={onDone}>
            Done
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
