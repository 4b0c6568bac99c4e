import type { DomainName } from '../ids.ts';

/** The mail servers whose DKIM signers we write tables for. */
export const MAIL_SERVER_FORMATS = ['opendkim', 'rspamd'] as const;
export type MailServerFormat = (typeof MAIL_SERVER_FORMATS)[number];

/** A verified domain, its selector, and the file of its private key. */
export interface SigningEntry {
  readonly domain: DomainName;
  readonly selector: string;
  /** The whole path of the PEM file. */
  readonly keyFile: string;
}

/** A file to be written: its name in the folder, and its text. */
export interface TableFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Formats the tables of one signer. All the names in them are lower-case A-labels, selectors and hex digits; a path is the
 * operator's own, and must have no white space, since neither format could hold it.
 * @param folder the whole path of the folder that the files are written to
 */
export function formatMailServerTables(
  format: MailServerFormat,
  entries: readonly SigningEntry[],
  folder: string,
): readonly TableFile[] {
  return format === 'opendkim' ? formatOpenDkim(entries) : formatRspamd(entries, folder);
}

/**
 * OpenDKIM's KeyTable and SigningTable (opendkim.conf(5)). As plain files, which it reads into a hash: a message costs a few
 * look-ups however many domains there are. `.example.com` stands for every name below.
 */
function formatOpenDkim(entries: readonly SigningEntry[]): TableFile[] {
  const nameOf = ({ domain, selector }: SigningEntry) => `${selector}._domainkey.${domain}`;
  return [
    {
      name: 'KeyTable',
      text: joinLines(entries.map((entry) => `${nameOf(entry)} ${entry.domain}:${entry.selector}:${entry.keyFile}`)),
    },
    {
      name: 'SigningTable',
      text: joinLines(
        entries.flatMap((entry) => [`${entry.domain} ${nameOf(entry)}`, `.${entry.domain} ${nameOf(entry)}`]),
      ),
    },
  ];
}

/** Maps for rspamd's dkim_signing module, which reads them again when they change, and the settings that name them. */
function formatRspamd(entries: readonly SigningEntry[], folder: string): TableFile[] {
  return [
    { name: 'selectors.map', text: joinLines(entries.map(({ domain, selector }) => `${domain} ${selector}`)) },
    { name: 'paths.map', text: joinLines(entries.map(({ domain, keyFile }) => `${domain} ${keyFile}`)) },
    {
      name: 'dkim_signing.conf',
      text: joinLines([
        '# To be included from /etc/rspamd/local.d/dkim_signing.conf.',
        'try_fallback = false;',
        '# The domain as it stands in From: what was verified is that name, not the one that was registered.',
        'use_domain = "header";',
        'use_esld = false;',
        'allow_username_mismatch = true;',
        'sign_local = true;',
        'sign_authenticated = true;',
        `selector_map = "${folder}/selectors.map";`,
        `path_map = "${folder}/paths.map";`,
      ]),
    },
  ];
}

function joinLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
