import { z } from 'zod';
import { validationError } from '../core/errors.ts';
import { isIp4Address, parseIp6Address } from '../core/names/ip-address.ts';
import { isLoopback } from '../core/names/loopback.ts';

/** The mail server of a URL. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** Whether TLS begins with the connection. */
  readonly isTls: boolean;
  readonly credentials: { readonly user: string; readonly password: string } | null;
}

/** Whom emails are from. */
export interface MailSender {
  readonly name: string;
  readonly address: string;
}

/** The mail server and the sender, as the settings have them. */
export type MailConfig = Readonly<SmtpServer & { from: MailSender }>;

const PORTS: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 };
const DEFAULT_NAME = 'AutoSend Domains';
const DEFAULT_LOCAL_PART = 'autosend';
const MAX_NAME = 100;

/** Reads `smtp://…` and `smtps://…`; null for whatever is no such URL, or says more than where the server is. */
export function parseSmtpUrl(text: string): SmtpServer | null {
  if (!URL.canParse(text)) return null;
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(text);
  const defaultPort = PORTS[protocol];
  if (defaultPort === undefined || (pathname !== '' && pathname !== '/') || search !== '' || hash !== '') return null;
  const host = hostname.replace(/^\[|\]$/g, '');
  const isAddress = parseIp6Address(host) !== null || isIp4Address(host);
  if (!isAddress && !/^[a-z\d](?:[a-z\d.-]*[a-z\d])?\.?$/i.test(host)) return null;
  const credentials = readCredentials(username, password);
  if (credentials === 'wrong' || port === '0') return null;
  return { host, port: port === '' ? defaultPort : Number(port), isTls: protocol === 'smtps:', credentials };
}

function readCredentials(username: string, password: string): SmtpServer['credentials'] | 'wrong' {
  if (username === '' && password === '') return null;
  if (username === '' || password === '') return 'wrong';
  try {
    const read = { user: decodeURIComponent(username), password: decodeURIComponent(password) };
    // SASL PLAIN ends each with U+0000 (RFC 4616).
    return /\0/.test(read.user + read.password) ? 'wrong' : read;
  } catch {
    return 'wrong';
  }
}

/** Reads `address` or `Name <address>`; null for anything else. */
export function parseMailFrom(text: string): MailSender | null {
  const [, quoted, plain, angled, bare] =
    /^(?:(?:"([^"\\<>]*)"|([^"\\<>@,;:]*?))\s*<([^<>\s]+)>|([^<>\s]+))$/.exec(text.trim()) ?? [];
  const address = angled ?? bare;
  const name = (quoted ?? plain ?? '').trim() || DEFAULT_NAME;
  if (address === undefined || !z.email().safeParse(address).success || /\p{C}/u.test(name) || name.length > MAX_NAME)
    return null;
  return { name, address };
}

/**
 * The mail server with its sender; undefined where there is none. Without `AUTOSEND_MAIL_FROM` the sender has the host of the
 * public URL, where that is a name that mail can come from.
 * @throws AppError VALIDATION_FAILED
 */
export function readMail(
  {
    SMTP_URL: smtpUrl,
    MAIL_FROM: from,
  }: { readonly SMTP_URL?: string | undefined; readonly MAIL_FROM?: string | undefined },
  publicUrl: string,
): MailConfig | undefined {
  const server = smtpUrl === undefined ? null : parseSmtpUrl(smtpUrl);
  if (server === null) {
    if (from === undefined) return undefined;
    throw validationError(
      'AUTOSEND_SMTP_URL',
      'AUTOSEND_SMTP_URL is missing: AUTOSEND_MAIL_FROM is set, but there is no mail server to send email with.',
    );
  }
  const { hostname } = new URL(publicUrl);
  const sender = parseMailFrom(from ?? `${DEFAULT_LOCAL_PART}@${hostname}`);
  if (sender === null || (from === undefined && isLoopback(hostname)))
    throw validationError(
      'AUTOSEND_MAIL_FROM',
      'AUTOSEND_MAIL_FROM is missing: emails need a sender address such as domains@example.com, and AUTOSEND_PUBLIC_URL has no domain to derive one from.',
    );
  return Object.freeze({ ...server, from: sender });
}
