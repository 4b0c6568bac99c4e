/** What the process needs besides connections of clients: the database, DNS, files, pipes. */
const RESERVED = 200;
const MAX_CONNECTIONS = 10_000;
/** Even a process that may open next to nothing serves somebody, by this part of it; and asks DNS by as much for each version of IP. */
const LEAST_PART = 8;
const MAX_DNS_SOCKETS = 64;

/**
 * Says how many connections of clients a process can have: so few that others, and the files of an answer, find room beside them.
 * Where nothing can be opened any more, newcomers are turned away before `http/connection-limit.ts` sees them.
 * @param limit how many files it may open; null where that is not known or without a limit
 */
export function countConnections(limit: number | null): number {
  if (limit === null) return MAX_CONNECTIONS;
  return Math.max(Math.floor(limit / LEAST_PART), Math.min(limit - RESERVED, MAX_CONNECTIONS));
}

/**
 * Says how many sockets a DNS client may keep open for each version of IP.
 * @param limit as for `countConnections`
 * @param clients how many of them there are in the process
 */
export function countDnsSockets(limit: number | null, clients = 1): number {
  if (limit === null) return MAX_DNS_SOCKETS;
  return Math.max(1, Math.min(Math.floor(limit / LEAST_PART / clients), MAX_DNS_SOCKETS));
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
