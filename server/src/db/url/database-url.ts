import { parseIp6Address } from '../../core/names/ip-address.ts';

/** A server: a host, or the folder of its socket, and its port. */
export interface Host {
  readonly host: string;
  readonly port: number;
}

/** An address of a database, taken apart as far as the driver can't do it. */
export interface DatabaseUrl {
  /** As the driver takes it: of several hosts it names the first. */
  readonly url: string;
  /** The hosts among which the primary is to be found. Empty: the one host of `url` is connected to, whatever it is. */
  readonly hosts: readonly Host[];
}

/** What is wrong with an address, as the end of a sentence. Nothing of the address is in it: a password that isn't encoded can be anywhere. */
export class DatabaseUrlError extends Error {}

const RULE = 'must be a URL such as postgresql://user:password@host:5432/autosend?sslmode=verify-full';
const DEFAULT_PORT = 5432;
/** The service writes, so it wants the primary; a server that others might call `any` is taken only where there is one. */
const WANTS_PRIMARY = new Set(['read-write', 'primary']);
const WANTS_STANDBY = new Set(['read-only', 'standby', 'prefer-standby']);
/** The driver ignores them, and would connect elsewhere, or as somebody else, than libpq. */
const IGNORED = ['hostaddr', 'passfile', 'service', 'servicefile'];
/** Those of libpq, and the one that `pg` adds. */
const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/**
 * Takes apart a connection URI as libpq defines it, with one host or several ("Connection URIs" and "Specifying Multiple
 * Hosts" in PostgreSQL's documentation): `postgresql://user:password@a:5432,b:5433/database?target_session_attrs=read-write`,
 * or with the hosts as parameters: `postgresql:///database?host=a,b&port=5432,5433`.
 * @throws DatabaseUrlError
 */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  const [, scheme = '', login = '', authority = '', givenPath = '', query = ''] =
    /^(postgres(?:ql)?:\/\/)([^/?#]*@)?([^/?#@]*)(\/[^?#]*)?(?:\?([^#]*))?$/i.exec(text.trim()) ?? [];
  if (scheme === '') throw new DatabaseUrlError(RULE);
  const parameters = new URLSearchParams(query);
  requireSslMode(parameters.get('sslmode'), parameters.get('sslrootcert'));
  for (const name of IGNORED)
    if (parameters.has(name))
      throw new DatabaseUrlError(`can't have ${name}: the driver ignores it. Name the host, the user and the password`);
  const path = takeDatabase(parameters) ?? givenPath;
  const wanted = parameters.get('target_session_attrs');
  if (parameters.get('host') === '') parameters.delete('host');
  const names = parameters.get('host')?.split(',') ?? authority.split(',');
  requireAttributes(wanted, names.length);
  if (names.length === 1 && !WANTS_PRIMARY.has(wanted ?? '')) {
    readPorts(parameters.get('port'), names.length);
    // Where the host is a parameter, libpq takes a user without one before the path.
    const place = login !== '' && authority === '' && parameters.has('host') ? 'localhost' : authority;
    const settings = path === givenPath ? query : parameters.toString();
    const url = `${scheme}${login}${place}${path}${settings && `?${settings}`}`;
    if (!URL.canParse(url)) throw new DatabaseUrlError(RULE);
    return { url, hosts: [] };
  }
  const readName = parameters.has('host') ? readBareHost : readHost;
  const ports = readPorts(parameters.get('port'), names.length);
  const hosts = names.map((name, place) => {
    const { host, port } = readName(name, place + 1);
    // As in libpq, what is a parameter takes the place of what stands before the path.
    return { host, port: ports[place] ?? port };
  });
  const [first] = hosts;
  const url = first ? buildUrl(`${scheme}${login}`, first, path, parameters) : '';
  if (!URL.canParse(url)) throw new DatabaseUrlError(RULE);
  return { url, hosts };
}

/** Formats a host for people. */
export function formatHost({ host, port }: Host): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** @returns the path that names the database of a parameter, which goes before that of the URL; null without one */
function takeDatabase(parameters: URLSearchParams): string | null {
  const database = parameters.get('dbname');
  if (database === null) return null;
  if (/[?#]/.test(database)) throw new DatabaseUrlError("can't have ? or # in the name of a database");
  parameters.delete('dbname');
  return `/${encodeURI(database)}`;
}

function requireSslMode(mode: string | null, rootCertificate: string | null): void {
  if (rootCertificate === 'system' && mode !== null && mode !== 'verify-full')
    throw new DatabaseUrlError("can't have sslrootcert=system with another sslmode than verify-full");
  if (mode !== null && !SSL_MODES.includes(mode))
    throw new DatabaseUrlError(`has an sslmode that isn't one of ${SSL_MODES.join(', ')}`);
}

function requireAttributes(wanted: string | null, count: number): void {
  if (wanted === null || WANTS_PRIMARY.has(wanted) || (wanted === 'any' && count === 1)) return;
  if (wanted === 'any')
    throw new DatabaseUrlError(
      "can't have target_session_attrs=any with several hosts: one of them could be a standby. Set read-write, or leave it out",
    );
  if (WANTS_STANDBY.has(wanted))
    throw new DatabaseUrlError(
      `can't have target_session_attrs=${wanted}: the service writes. Set read-write, or leave it out`,
    );
  throw new DatabaseUrlError("has a target_session_attrs that isn't read-write or primary");
}

/** One of the list before the path: `name`, `name:port`, `[v6 address]:port`, or the encoded folder of a socket. */
function readHost(text: string, place: number): Host {
  const [whole, v6, name = '', port] = /^(?:\[([^[\]]*)\]|([^:[\]]*))(?::(\d*))?$/.exec(text) ?? [];
  if (whole === undefined)
    throw wrongHost(
      place,
      "it isn't host:port. An IPv6 address stands in brackets, and special characters in user and password are percent-encoded",
    );
  if (v6 !== undefined && parseIp6Address(v6) === null) throw wrongHost(place, 'its brackets hold no IPv6 address');
  return { host: v6 ?? readBareHost(decode(name, place), place).host, port: port ? readPort(port) : DEFAULT_PORT };
}

/** One of `host=a,b`: an IPv6 address has no brackets there, and a folder is as it is. */
function readBareHost(host: string, place: number): Host {
  if (host === '') throw wrongHost(place, 'it is empty');
  if (!/^[^\s,[\]]+$/.test(host)) throw wrongHost(place, "it isn't a name, an address or the folder of a socket");
  return { host, port: DEFAULT_PORT };
}

function decode(text: string, place: number): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrongHost(place, "its percent-encoding can't be read");
  }
}

/** One port for all hosts, or one for each. */
function readPorts(text: string | null, count: number): readonly number[] {
  if (text === null) return [];
  const ports = text.split(',').map((port) => (port === '' ? DEFAULT_PORT : readPort(port)));
  if (ports.length === 1) return Array<number>(count).fill(ports[0] ?? DEFAULT_PORT);
  if (ports.length !== count)
    throw new DatabaseUrlError(
      `has ${count} host${count === 1 ? '' : 's'} and ${ports.length} ports. Give one port for all, or one for each`,
    );
  return ports;
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535)
    throw new DatabaseUrlError("has a port that isn't a number from 1 to 65535");
  return port;
}

function wrongHost(place: number, what: string): DatabaseUrlError {
  return new DatabaseUrlError(`is wrong at host number ${place}: ${what}`);
}

/** What is said of hosts is ours; all else is the driver's. */
function buildUrl(start: string, { host, port }: Host, path: string, given: URLSearchParams): string {
  const parameters = new URLSearchParams(given);
  for (const name of ['target_session_attrs', 'host', 'port']) parameters.delete(name);
  const isFolder = host.startsWith('/');
  if (isFolder) parameters.set('host', host);
  const query = parameters.toString();
  return `${start}${formatHost({ host: isFolder ? 'localhost' : host, port })}${path}${query && `?${query}`}`;
}
