import { recognizeProvider } from '../panels/dns-providers.ts';
import { type ConnectProvider, findByOrigin } from './connect-providers.ts';

/** Where a provider is asked for its settings: `https://` and this, then `/v2/<zone>/settings`. */
export interface SettingsPlace {
  /** Host and, where the operator named it, port. */
  readonly host: string;
  /** Begins with a slash, or is empty. */
  readonly path: string;
}

const MAX_PLACE = 255;
/** A host name of at least two labels whose last one isn't a number: no address, and nothing of the own network. */
const HOST = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9-]{2,63}$/;
const PATH = /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*\/?$/;

/**
 * Reads the text of a `_domainconnect` record: a host and perhaps a path, without scheme. The zone's owner writes it, so it
 * says where to ask and nothing else: no port unless the operator named that very origin, no user name, no query.
 * @returns null where it is no such text
 */
export function parseDiscoveryRecord(text: string, providers: readonly ConnectProvider[]): SettingsPlace | null {
  const trimmed = text.trim();
  if (trimmed.length > MAX_PLACE) return null;
  const [, host = '', port, path = ''] = /^([^/:]+)(?::(\d{1,5}))?(\/.*)?$/.exec(trimmed) ?? [];
  const name = host.toLowerCase().replace(/\.$/, '');
  if (!HOST.test(name) || !PATH.test(path)) return null;
  const place = port === undefined ? name : `${name}:${port}`;
  if (port !== undefined && port !== '443' && findByOrigin(providers, `https://${place}`) === null) return null;
  return { host: port === '443' ? name : place, path: path.replace(/\/$/, '') };
}

/** The address of a provider's settings for a zone. @param apex lower-case A-labels, without a final dot */
export function formatSettingsUrl({ host, path }: SettingsPlace, apex: string): string {
  return `https://${host}${path}/v2/${encodeURIComponent(apex)}/settings`;
}

/** Finds the provider that has to be asked by a zone's name servers, since its zones may lack the record. */
export function findWithoutRecord(
  nameservers: readonly string[],
  providers: readonly ConnectProvider[],
): (ConnectProvider & { readonly settings: string }) | null {
  const panel = recognizeProvider(nameservers)?.key;
  const found = providers.find((each) => each.mayLackRecord && each.panel !== null && each.panel === panel);
  return found?.settings ? { ...found, settings: found.settings } : null;
}

/** What a provider says of a zone, as far as we use it. */
export interface ConnectSettings {
  readonly providerId: string;
  /** Where people are sent, without a final slash; null where it has no synchronous flow. */
  readonly syncUrl: string | null;
  /** Where templates are asked for, without a final slash. */
  readonly apiUrl: string;
  /** The name servers that the provider wants for the zone; empty where it doesn't say. Lower case. */
  readonly nameservers: readonly string[];
}

const MAX_TEXT = 500;
const MAX_NAMESERVERS = 20;

/**
 * Reads the settings that a server sent. What is asked next is the same stranger's word as the record was, and held to the same
 * rules. Null where they are no settings, whatever else they are.
 */
export function parseSettings(body: string, providers: readonly ConnectProvider[]): ConnectSettings | null {
  const json = parseObject(body);
  if (!json) return null;
  const providerId = readText(json.get('providerId'));
  const apiUrl = readBase(json.get('urlAPI'));
  if (providerId === null || apiUrl === null) return null;
  if (parseDiscoveryRecord(apiUrl.slice('https://'.length), providers) === null) return null;
  const sync = json.get('urlSyncUX');
  const syncUrl = sync === undefined || sync === null || sync === '' ? null : readBase(sync);
  if (syncUrl === null && typeof sync === 'string' && sync !== '') return null;
  const named: unknown = json.get('nameServers');
  const nameservers = (Array.isArray(named) ? named : []).slice(0, MAX_NAMESERVERS).flatMap((each: unknown) => {
    const text = readText(each);
    return text === null || text === '' ? [] : [text.toLowerCase().replace(/\.$/, '')];
  });
  return { providerId, syncUrl, apiUrl, nameservers };
}

/** Reads a JSON object; null for anything else. */
export function parseObject(body: string): ReadonlyMap<string, unknown> | null {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    // A stranger's server: whatever isn't JSON is no answer.
    return null;
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return null;
  return new Map<string, unknown>(Object.entries(json));
}

function readText(value: unknown): string | null {
  return typeof value === 'string' && value.length <= MAX_TEXT && !/\p{C}/u.test(value) ? value : null;
}

/**
 * Reads a URL to which a path is added: `https` and nothing that could make another address of it, or lead on from there:
 * no user name, query or fragment, and a path of plain segments.
 */
function readBase(value: unknown): string | null {
  const text = readText(value);
  if (text === null || !/^https:\/\/[^/?#\\@\s]+(?:\/[^?#\\\s]*)?$/i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  const path = text.replace(/^https:\/\/[^/]+/i, '');
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '' || !PATH.test(path)) return null;
  return `${url.origin}${path}`.replace(/\/$/, '');
}

/** Why a zone isn't where its record says. */
export type Stale = 'other_nameservers' | 'other_provider';

/**
 * Compares the servers that really hold a zone with those of the provider that answered for it: records that were copied to
 * a new provider are common. Null where nothing speaks against it.
 */
export function findStale(
  settings: ConnectSettings,
  provider: ConnectProvider | null,
  nameservers: readonly string[],
): Stale | null {
  const held = nameservers.map((name) => name.toLowerCase());
  const wanted = settings.nameservers;
  if (held.length > 0 && wanted.length > 0 && !held.some((name) => wanted.includes(name))) return 'other_nameservers';
  const panel = recognizeProvider(held)?.key;
  return panel !== undefined && provider?.panel && panel !== provider.panel ? 'other_provider' : null;
}
