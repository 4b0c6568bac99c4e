import { readFileSync } from 'node:fs';
import { parseNetwork } from '../core/access/network.ts';
import { QUOTAS, type QuotaName } from '../core/access/quotas.ts';
import { AppError, validationError } from '../core/errors.ts';
import { isIp4Address, parseIp6Address } from '../core/names/ip-address.ts';
import { PREFIX, type Variables } from './variables.ts';

/** All three or none. @throws AppError VALIDATION_FAILED */
export function readOidc(
  v: Variables,
): Readonly<{ issuer: string; clientId: string; clientSecret: string }> | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = v;
  if (issuer !== undefined && clientId !== undefined && clientSecret !== undefined)
    return Object.freeze({ issuer, clientId, clientSecret });
  const given = { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret };
  const missing = Object.entries(given).find(([, value]) => value === undefined);
  if (missing && Object.values(given).some((value) => value !== undefined))
    throw validationError(
      `AUTOSEND_${missing[0]}`,
      `AUTOSEND_${missing[0]} is missing: single sign-on needs AUTOSEND_OIDC_ISSUER, AUTOSEND_OIDC_CLIENT_ID and AUTOSEND_OIDC_CLIENT_SECRET.`,
    );
  return undefined;
}

/** Reads a file that a variable names. @throws AppError VALIDATION_FAILED */
export function readJson(variable: 'REGIONS_FILE' | 'SCHEDULE_FILE', file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new AppError('VALIDATION_FAILED', `${PREFIX}${variable}: ${file} can't be read as JSON.`, { cause });
  }
}

/** Addresses, each with the length of a network's prefix or without, comma-separated. */
export function parseNetworks(name: 'TRUSTED_PROXIES' | 'DNS_DENY', text: string | undefined): string[] {
  const given = text?.split(',').map((each) => each.trim()) ?? [];
  return given.map((each) => {
    const network = parseNetwork(each);
    if (network !== null) return network;
    throw validationError(
      `${PREFIX}${name}`,
      `${PREFIX}${name}: ${JSON.stringify(each)} isn't an address or network such as 10.0.0.0/8.`,
    );
  });
}

/** `name=number` for each quota, comma-separated; 0 is no limit. */
export function parseQuotas(text: string | undefined): Partial<Record<QuotaName, number | null>> {
  const given: Partial<Record<QuotaName, number | null>> = {};
  for (const each of text?.split(',') ?? []) {
    const [, name = '', number] = /^\s*(\w+)\s*=\s*(\d{1,9})\s*$/.exec(each) ?? [];
    if (!Object.hasOwn(QUOTAS, name))
      throw validationError(
        'AUTOSEND_QUOTAS',
        `AUTOSEND_QUOTAS: ${JSON.stringify(each.trim())} isn't a quota such as apiKeys=200. The quotas are: ${Object.keys(QUOTAS).join(', ')}.`,
      );
    given[name as QuotaName] = Number(number) || null;
  }
  return given;
}

/** `host:port`, the host in brackets where it is an IPv6 address. */
export function parseListen(text: string): { host: string; port: number } {
  const [, v6, name, port] = /^(?:\[([\da-f:.]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(text) ?? [];
  const host = v6 ?? name;
  if (host === undefined || Number(port) > 65_535 || (v6 !== undefined && parseIp6Address(v6) === null))
    throw validationError(
      'AUTOSEND_METRICS_LISTEN',
      `AUTOSEND_METRICS_LISTEN: ${JSON.stringify(text)} isn't an address and port such as 127.0.0.1:9464.`,
    );
  return { host, port: Number(port) };
}

/** `address`, `address:port` or `[v6 address]:port`. */
export function parseServer(text: string): { address: string; port: number } {
  const [, v6, v4, port] = /^(?:\[([0-9a-f:.]+)\]|([0-9.]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const address = v6 ?? v4 ?? (/^[0-9a-f:]+$/i.test(text) && text.includes('::') ? text : undefined);
  const isAddress = address !== undefined && (isIp4Address(address) || parseIp6Address(address) !== null);
  if (!isAddress || Number(port ?? 53) > 65_535)
    throw validationError(
      'AUTOSEND_DNS_SERVERS',
      `AUTOSEND_DNS_SERVERS: ${JSON.stringify(text)} isn't an IP address such as 192.0.2.53:53.`,
    );
  return { address, port: Number(port ?? 53) };
}
