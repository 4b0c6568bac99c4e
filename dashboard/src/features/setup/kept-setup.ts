/** What a reload of the set-up page must not lose. The password is typed again: it is kept nowhere. */
export interface KeptSetup {
  readonly token: string;
  readonly typed: { readonly name: string; readonly email: string; readonly projectName: string };
}

const KEY = 'autosend.setup';
const NOTHING: KeptSetup = { token: '', typed: { name: '', email: '', projectName: '' } };

/** Reads what was kept for this tab; empty texts where nothing was, or where the browser keeps nothing. */
export function recallSetup(): KeptSetup {
  try {
    return readSetup(sessionStorage.getItem(KEY));
  } catch {
    return NOTHING;
  }
}

/** Reads what is kept as a text; another version may have written it. */
export function readSetup(text: string | null): KeptSetup {
  const given = readKeptObject(text);
  const typed = isObject(given.typed) ? given.typed : {};
  const read = (value: unknown) => (typeof value === 'string' ? value : '');
  return {
    token: read(given.token),
    typed: { name: read(typed.name), email: read(typed.email), projectName: read(typed.projectName) },
  };
}

/** Keeps it for as long as this tab is open. */
export function keepSetup(setup: KeptSetup): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(setup));
  } catch {
    // A browser that keeps nothing loses it with a reload; the link still works.
  }
}

/** Forgets it: the account is made. */
export function forgetSetup(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
}

function readKeptObject(text: string | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
