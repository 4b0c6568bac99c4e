import { AppError, type ErrorDetail } from '../errors.ts';
import { isIp4Address, parseIp6Address } from '../names/ip-address.ts';
import { type DnsProviderName, listSettings, type ProviderSetting, type SettingKind } from './provider-table.ts';

/** What a connection is told, split into what may be shown and what is sealed. Fallbacks are filled in. */
export interface ReadSettings {
  readonly open: Readonly<Record<string, string>>;
  readonly secret: Readonly<Record<string, string>>;
}

const MAX_CHARACTERS = 2_000;
/** Labels of letters, digits, hyphens and underscores (RFC 1035 §2.3.1, RFC 2181 §11). */
const DNS_NAME = /^(?=.{1,253}$)[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?(?:\.[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?)*$/;

/**
 * Checks the settings of a connection against the table, and gives them back as they are kept.
 * @param given what was sent as `settings`; a number counts as its digits
 * @throws AppError VALIDATION_FAILED with one detail for each setting that is wrong, missing or unknown. No secret is repeated in it
 */
export function readSettings(
  provider: DnsProviderName,
  given: Readonly<Record<string, string | number>>,
): ReadSettings {
  const known = listSettings(provider);
  const details: ErrorDetail[] = [];
  for (const name of Object.keys(given))
    if (!known.some(([each]) => each === name))
      details.push(
        tell(name, `isn't a setting of ${provider}. Its settings are: ${known.map(([each]) => each).join(', ')}.`),
      );
  const open: Record<string, string> = {};
  const secret: Record<string, string> = {};
  for (const [name, setting] of known) {
    const read = readOne(Object.hasOwn(given, name) ? String(given[name]).trim() : '', setting);
    if ('problem' in read) details.push(tell(name, read.problem));
    else (setting.isSecret ? secret : open)[name] = read.value;
  }
  if (details.length > 0)
    throw new AppError('VALIDATION_FAILED', details.map(({ message }) => message).join(' '), { details });
  return { open, secret };
}

function tell(name: string, problem: string): ErrorDetail {
  return { field: `settings.${name}`, message: `settings.${name} ${problem}` };
}

type Read = { readonly value: string } | { readonly problem: string };

function readOne(text: string, { kind, choices, fallback, help }: ProviderSetting): Read {
  if (text === '') return fallback === null ? { problem: `is missing. ${help}` } : { value: fallback };
  if (text.length > MAX_CHARACTERS) return { problem: `can have at most ${MAX_CHARACTERS} characters.` };
  if (choices && !choices.includes(text.toLowerCase())) return { problem: `must be ${formatChoices(choices)}.` };
  if (choices) return { value: text.toLowerCase() };
  const value = READERS[kind](text);
  return value === null ? { problem: RULES[kind] } : { value };
}

function formatChoices(choices: readonly string[]): string {
  return choices.length < 2 ? choices.join() : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
}

const RULES: Readonly<Record<SettingKind, string>> = {
  host: 'must be a host name or an IP address, such as ns1.example.com.',
  port: 'must be a whole number from 1 to 65535.',
  url: 'must be a URL such as http://127.0.0.1:8081, without a user name, a password, a query or a fragment.',
  https_url: 'must be an https URL without a user name, a password, a query or a fragment.',
  dns_name: 'must be a name such as update-key.example.com.',
  base64: 'must be base64, such as the output of: openssl rand -base64 32.',
  token: 'can only contain printable ASCII characters, and no spaces.',
  word: 'can only contain letters, digits, dots, hyphens and underscores.',
};

/** Each gives the value as it is kept, or null where it isn't one. */
const READERS: Readonly<Record<SettingKind, (text: string) => string | null>> = {
  host: readHost,
  port: (text) => (/^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) <= 65_535 ? String(Number(text)) : null),
  url: (text) => readUrl(text, ['http:', 'https:']),
  https_url: (text) => readUrl(text, ['https:']),
  dns_name: readName,
  base64: (text) => {
    const octets = Buffer.from(text, 'base64');
    const strip = (encoded: string) => encoded.replace(/=+$/, '');
    return octets.length > 0 && strip(octets.toString('base64')) === strip(text) ? octets.toString('base64') : null;
  },
  token: (text) => (/^[\x21-\x7e]+$/.test(text) ? text : null),
  word: (text) => (/^[\w.-]+$/.test(text) && !/^\.+$/.test(text) ? text : null),
};

function readHost(text: string): string | null {
  const bare = text.replace(/^\[(.*)\]$/, '$1');
  if (parseIp6Address(bare) !== null) return bare.toLowerCase();
  const name = isIp4Address(text) ? text : readName(text);
  // What looks like a number is read as an address by some and not by others.
  return name !== null &&
    (isIp4Address(name) || /[a-z]/.test(name.split('.').at(-1) ?? '')) &&
    !/^0x/.test(name.split('.').at(-1) ?? '')
    ? name
    : null;
}

function readName(text: string): string | null {
  const name = text.toLowerCase().replace(/\.$/, '');
  return DNS_NAME.test(name) ? name : null;
}

function readUrl(text: string, protocols: readonly string[]): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  if (!protocols.includes(url.protocol) || url.username !== '' || url.password !== '') return null;
  if (/[?#\s]/.test(text) || url.hostname === '' || url.port === '0') return null;
  return url.href.replace(/\/+$/, '');
}
