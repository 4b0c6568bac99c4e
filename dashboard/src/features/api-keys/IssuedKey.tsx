import { Download } from 'lucide-react';
import { Button } from '../../components/Button.tsx';
import { CopyButton } from '../../components/CopyButton.tsx';

/** A key that is shown this once, to copy or to download. */
export function IssuedKey({
  apiKey,
  name,
  doneLabel = 'Done',
  onDone,
}: {
  apiKey: string;
  name: string;
  doneLabel?: string;
  onDone(): void;
}) {
  const download = () => {
    const url = URL.createObjectURL(new Blob([`AUTOSEND_API_KEY=${apiKey}\n`], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `autosend-${name.replace(/[^\w-]+/g, '-').toLowerCase() || 'key'}.env`;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <div className="flex flex-col gap-4">
      <p className="max-w-prose text-muted">Copy this key now – you won’t be able to see it again.</p>
      <div className="flex items-start gap-1 rounded-control bg-sunken py-1 pr-1 pl-3">
        <code data-testid="issued-key" className="min-w-0 flex-1 py-1.5 font-mono text-small [overflow-wrap:anywhere]">
          {apiKey}
        </code>
        <CopyButton value={apiKey} what="the API key" />
      </div>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={download}>
          <Download aria-hidden="true" size={16} /> Download
        </Button>
        <CopyButton value={apiKey} what="the API key" label="Copy" />
        <Button variant="primary" onClick={onDone}>
          {doneLabel}
        </Button>
      </div>
    </div>
  );
}
