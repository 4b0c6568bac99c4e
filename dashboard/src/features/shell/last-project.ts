const KEY = 'last-project';

/** Remembers, in this browser, which project was open last. */
export function rememberProject(projectId: string): void {
  try {
    localStorage.setItem(KEY, projectId);
  } catch {
    // A browser that keeps nothing opens the first project.
  }
}

/** The id of the project that was open last, or null. */
export function recallProject(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
