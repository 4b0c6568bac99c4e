// As root: what is installed and built can be read by the user that the service becomes, whatever the umask. For Node.js 18.

/** Runs `work`, and where this is root others may read what it makes. */
export function withOpenUmask(work) {
  if (process.getuid?.() !== 0) return work();
  const umask = process.umask(0o022);
  try {
    return work();
  } finally {
    process.umask(umask);
  }
}
