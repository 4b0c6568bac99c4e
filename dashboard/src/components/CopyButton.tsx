import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { Button } from './Button.tsx';
import { copyText } from './copy-text.ts';
import { showToast } from './toast-store.ts';

/**
 * Copies `value` with one click; `what` names it for whoever cannot see the icon. With `label` it is a button with a word.
 * What was copied keeps its tick, so that somebody who goes back and forth to another window knows where they are.
 */
export function CopyButton({
  value,
  what,
  label,
  className = '',
}: {
  value: string;
  what: string;
  label?: string;
  className?: string;
}) {
  const [copied, setCopied] = useState<string | null>(null);
  const isCopied = copied === value;
  const copy = async () => {
    if (!(await copyText(value))) return showToast(`Your browser blocked copying. Select ${what} and copy it by hand.`);
    setCopied(value);
    showToast(`Copied ${what}`);
  };
  const icon = isCopied ? (
    <Check aria-hidden="true" size={16} className="animate-felt text-verified" />
  ) : (
    <Copy aria-hidden="true" size={16} />
  );
  if (label !== undefined)
    return (
      <Button className={className} onClick={copy} aria-label={`${label}: ${what}`}>
        {icon}
        {label}
      </Button>
    );
  return (
    <button
      type="button"
      title={`Copy ${what}`}
      aria-label={`Copy ${what}`}
      className={`inline-flex size-8 shrink-0 items-center justify-center rounded-control text-muted hover:bg-sunken hover:text-ink max-md:size-11 ${className}`}
      onClick={copy}
    >
      {icon}
    </button>
  );
}
