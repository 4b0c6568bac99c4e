import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';

/** A heading that opens what most people do not need; nothing is drawn before it is opened. */
export function Fold({ title, children }: { title: string; children: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      className="border-b border-hairline last:border-0"
      onToggle={(event) => setOpen(event.currentTarget.open)}
      open={isOpen}
    >
      <summary className="flex min-h-11 items-center gap-2 px-4 font-medium hover:bg-sunken">
        <ChevronRight aria-hidden="true" size={16} className={`text-muted ${isOpen ? 'rotate-90' : ''}`} />
        {title}
      </summary>
      {isOpen && <div className="pt-1">{children}</div>}
    </details>
  );
}
