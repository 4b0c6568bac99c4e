import { getServers } from 'node:dns';
import { isIPv4 } from 'node:net';

/** The resolvers that this machine is set up with, such as those of /etc/resolv.conf. */
export function findSystemResolvers(): { address: string; port: number }[] {
  // "192.0.2.53", "192.0.2.53:5353", "2001:db8::53" or "[2001:db8::53]:5353".
  return getServers().map((text) => {
    const [, v6, v6Port] = /^\[(.+)\]:(\d+)$/.exec(text) ?? [];
    if (v6 !== undefined) return { address: v6, port: Number(v6Port) };
    const [host = text, port] = text.split(':');
    return isIPv4(host) ? { address: host, port: Number(port ?? 53) } : { address: text, port: 53 };
  });
}
