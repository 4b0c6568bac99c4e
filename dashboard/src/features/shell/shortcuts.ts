/** What a key does outside of fields and dialogs. */
export type Shortcut = 'palette' | 'search' | 'add' | 'help';

/** What of a pressed key counts. */
export interface PressedKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly isComposing: boolean;
}

/** Every shortcut, as the help shows it. */
export const SHORTCUTS: readonly { readonly keys: string; readonly does: string }[] = [
  { keys: '/', does: 'Search domains' },
  { keys: 'c', does: 'Add a domain' },
  { keys: '⌘K or Ctrl K', does: 'Open the command palette' },
  { keys: '?', does: 'Show this list' },
  { keys: 'Shift + click', does: 'Select a range of domains' },
  { keys: 'Esc', does: 'Close a dialog or menu' },
];

/**
 * Reads a shortcut from a key.
 * @param isBusy whether the key belongs to somebody: a field in which one types, an open dialog or menu
 * @returns null for every other key
 */
export function readShortcut(pressed: PressedKey, isBusy: boolean): Shortcut | null {
  const { key, ctrlKey, metaKey, altKey, isComposing } = pressed;
  if (isComposing) return null;
  // The palette opens from everywhere, and closes again.
  if (key.toLowerCase() === 'k' && (ctrlKey || metaKey) && !altKey) return 'palette';
  if (isBusy || ctrlKey || metaKey || altKey) return null;
  if (key === '/') return 'search';
  if (key === '?') return 'help';
  return key === 'c' ? 'add' : null;
}

/** Whether keys that are pressed now belong to a field, a dialog or a menu. */
export function isKeyTaken(target: EventTarget | null): boolean {
  if (document.querySelector('dialog[open], [role="menu"]')) return true;
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input:not([type="checkbox"]), select, textarea');
}
