/** Whether a host is this machine and nothing else: `localhost`, names below it (RFC 6761 §6.3), 127.0.0.0/8, ::1. */
export function isLoopback(host: string): boolean {
  return /^(?:(?:.+\.)?localhost\.?|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}
