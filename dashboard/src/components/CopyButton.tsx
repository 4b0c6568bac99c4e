import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from './Button.tsx';
import { showToast } from './toast-store.ts';

const SHOWN_MS = 1_600;

/** Copies `value` with one click; `what` names it for whoever cannot see the icon. With `label` it is a button with a word. */
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
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      showToast(`Copied ${what}`);
    } catch {
      // Browsers give the clipboard to pages on HTTPS and localhost only.
      showToast(`Your browser does not let this page copy. Select ${what} and copy it by hand.`);
    }
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
