/** What a person chose to see; `system` follows the device. */
export type Theme = 'system' | 'light' | 'dark';

const KEPT_AS = 'autosend.theme';
export const THEMES: readonly { readonly value: Theme; readonly label: string }[] = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

/** The theme that was chosen in this browser. */
export function recallTheme(): Theme {
  const kept = readKept();
  return THEMES.find(({ value }) => value === kept)?.value ?? 'system';
}

/** Shows a theme from now on, and remembers it in this browser. */
export function chooseTheme(theme: Theme): void {
  try {
    if (theme === 'system') localStorage.removeItem(KEPT_AS);
    else localStorage.setItem(KEPT_AS, theme);
  } catch (error) {
    // Without storage it holds until the page is left.
    console.warn(error);
  }
  showTheme(theme);
}

/** Shows a theme: the colors of `styles.css` follow the attribute, or else the device. */
export function showTheme(theme: Theme = recallTheme()): void {
  if (theme === 'system') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.setAttribute('data-theme', theme);
}

function readKept(): string | null {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    // Blocked storage holds nothing.
    return null;
  }
}
