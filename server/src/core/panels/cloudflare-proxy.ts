/**
 * The IPv4 networks of Cloudflare's proxy (www.cloudflare.com/ips-v4, as of 2026). They
 * change rarely, and one that is missing here only costs a hint.
 */
const NETWORKS: readonly (readonly [network: string, prefix: number])[] = [
  ['103.21.244.0', 22],
  ['103.22.200.0', 22],
  ['103.31.4.0', 22],
  ['104.16.0.0', 13],
  ['104.24.0.0', 14],
  ['108.162.192.0', 18],
  ['131.0.72.0', 22],
  ['141.101.64.0', 18],
  ['162.158.0.0', 15],
  ['172.64.0.0', 13],
  ['173.245.48.0', 20],
  ['188.114.96.0', 20],
  ['190.93.240.0', 20],
  ['197.234.240.0', 22],
  ['198.41.128.0', 17],
];

/** Whether an IPv4 address, as dotted decimal, belongs to Cloudflare's proxy. */
export function isCloudflareProxy(address: string): boolean {
  const number = toNumber(address);
  return number !== null && NETWORKS.some(([network, prefix]) => isInside(number, toNumber(network) ?? 0, prefix));
}

function isInside(address: number, network: number, prefix: number): boolean {
  const size = 2 ** (32 - prefix);
  return Math.floor(address / size) === Math.floor(network / size);
}

function toNumber(address: string): number | null {
  const octets = address.split('.').map(Number);
  if (octets.length !== 4 || octets.some((octet) => !Number.isInteger(octet) || octet < 0 || octet > 255)) return null;
  return octets.reduce((sum, octet) => sum * 256 + octet, 0);
}
