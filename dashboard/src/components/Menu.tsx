import { Check } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { Button } from './Button.tsx';

/** One entry of a menu: an action, or with `href` a download or page. */
export interface MenuEntry {
  readonly label: string;
  readonly hint?: string;
  readonly href?: string;
  readonly isDangerous?: boolean;
  readonly isChosen?: boolean;
  /** Of an entry that is switched on and off, and leaves the menu open. */
  readonly isChecked?: boolean;
  onSelect?(): void;
}

/** What stays free between a menu and the edge of the window. */
const MARGIN_PX = 8;

/** A menu button (WAI-ARIA): arrows, Home, End and the first letter move, Escape and a click elsewhere close. */
export function Menu({
  label,
  trigger,
  entries,
  side = 'right',
  isAbove = false,
  triggerClassName,
}: {
  label: string;
  trigger: ReactNode;
  entries: readonly MenuEntry[];
  /** Which edge of the button the menu shares. */
  side?: 'left' | 'right';
  /** Whether it opens upward: its button is at the foot of the window. */
  isAbove?: boolean;
  triggerClassName?: string;
}) {
  const [isOpen, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();

  useLayoutEffect(() => {
    if (!isOpen) return;
    const keepInside = () => moveInside(list.current);
    keepInside();
    window.addEventListener('resize', keepInside);
    return () => window.removeEventListener('resize', keepInside);
  }, [isOpen]);
  // At once: whoever chooses before the next frame would have the focus moved into a menu that is closing, and lose it.
  useLayoutEffect(() => {
    if (isOpen) itemsOf(box.current)[0]?.focus();
  }, [isOpen]);
  useEffect(() => {
    if (!isOpen) return;
    const close = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', close);
    return () => document.removeEventListener('pointerdown', close);
  }, [isOpen]);

  const toggle = () => setOpen(!isOpen);
  const closeToTrigger = () => {
    setOpen(false);
    box.current?.querySelector('button')?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isOpen) return;
    const items = itemsOf(box.current);
    const at = items.indexOf(document.activeElement as HTMLElement);
    const next = findNext(event.key, at, items);
    if (next) {
      event.preventDefault();
      next.focus();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      closeToTrigger();
    } else if (event.key === 'Tab') setOpen(false);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the button and the items inside.
    <div ref={box} className="relative" onKeyDown={onKeyDown}>
      <Button
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={toggle}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown' && !isOpen) {
            event.preventDefault();
            toggle();
          }
        }}
        {...(triggerClassName && { className: triggerClassName, variant: 'quiet' as const })}
      >
        {trigger}
      </Button>
      {isOpen && (
        <div
          ref={list}
          id={id}
          role="menu"
          aria-label={label}
          className={`absolute z-20 ${isAbove ? 'bottom-full mb-1' : 'mt-1'} w-max max-w-[calc(100vw-16px)] min-w-64 animate-appear rounded-box border border-hairline bg-card p-1 shadow-lg shadow-black/5 ${side === 'right' ? 'right-0' : 'left-0'}`}
        >
          {entries.map((entry) => (
            <MenuItem key={entry.label} entry={entry} onDone={closeToTrigger} />
          ))}
        </div>
      )}
    </div>
  );
}

function MenuItem({ entry, onDone }: { entry: MenuEntry; onDone(): void }) {
  const className = `flex min-h-9 w-full flex-col justify-center rounded-control px-3 py-1 text-left hover:bg-sunken focus:bg-sunken ${entry.isDangerous ? 'text-wrong' : 'text-ink'}`;
  const role =
    entry.isChecked !== undefined ? 'menuitemcheckbox' : entry.isChosen === undefined ? 'menuitem' : 'menuitemradio';
  const checked = entry.isChecked ?? entry.isChosen;
  const content = (
    <>
      <span className={`flex items-center gap-2 ${entry.isChosen ? 'font-semibold' : ''}`}>
        {entry.isChecked !== undefined && (
          <Check aria-hidden="true" size={16} className={entry.isChecked ? '' : 'invisible'} />
        )}
        {entry.label}
      </span>
      {entry.hint && <span className="text-small text-muted">{entry.hint}</span>}
    </>
  );
  return entry.href ? (
    <a role={role} tabIndex={-1} href={entry.href} download className={className} onClick={onDone}>
      {content}
    </a>
  ) : (
    <button
      type="button"
      role={role}
      {...(checked !== undefined && { 'aria-checked': checked })}
      tabIndex={-1}
      className={className}
      onClick={() => {
        if (entry.isChecked === undefined) onDone();
        entry.onSelect?.();
      }}
    >
      {content}
    </button>
  );
}

/** Moves a menu sideways as far as it takes to be inside the window. By script: the page's policy refuses styles in attributes. */
function moveInside(list: HTMLElement | null): void {
  if (!list) return;
  list.style.translate = '0px';
  const { left, right } = list.getBoundingClientRect();
  const room = document.documentElement.clientWidth - MARGIN_PX - right;
  list.style.translate = `${Math.max(MARGIN_PX - left, Math.min(room, 0))}px`;
}

function itemsOf(box: HTMLElement | null): HTMLElement[] {
  return [...(box?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])];
}

function findNext(key: string, at: number, items: readonly HTMLElement[]): HTMLElement | undefined {
  if (key === 'ArrowDown') return items[(at + 1) % items.length];
  if (key === 'ArrowUp') return items.at(at <= 0 ? -1 : at - 1);
  if (key === 'Home') return items[0];
  if (key === 'End') return items.at(-1);
  if (key.length !== 1 || key === ' ') return undefined;
  const rotated = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  return rotated.find((item) => item.textContent?.toLowerCase().startsWith(key.toLowerCase()));
}
