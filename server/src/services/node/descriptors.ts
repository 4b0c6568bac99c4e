/** What the process needs besides connections of clients: the database, DNS, files, pipes. */
const RESERVED = 200;
const MAX_CONNECTIONS = 10_000;
/** Even a process that may open next to nothing serves somebody. */
const MIN_CONNECTIONS = 20;

/**
 * Says how many connections of clients a process can have.
 * @param limit how many files it may open; null where that is not known or without a limit
 */
export function countConnections(limit: number | null): number {
  if (limit === null) return MAX_CONNECTIONS;
  return Math.max(MIN_CONNECTIONS, Math.min(limit - RESERVED, MAX_CONNECTIONS));
}

/** Reads how many files this process may open: Node.js raised it to the hard limit when it started. Null where the system does not say. */
export function readDescriptorLimit(): number | null {
  // Without it, every open connection would be named in the report.
  Object.assign(process.report, { excludeNetwork: true });
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } };
  const soft = Number(report.userLimits?.open_files?.soft);
  return Number.isSafeInteger(soft) && soft > 0 ? soft : null;
}

/** Whether something failed because the process, or the machine, has no more files to open. It is over when others are closed. */
export function isOutOfDescriptors(error: unknown): boolean {
  for (let e = error; e instanceof Error; e = e.cause)
    if ('code' in e && (e.code === 'EMFILE' || e.code === 'ENFILE')) return true;
  return false;
}
