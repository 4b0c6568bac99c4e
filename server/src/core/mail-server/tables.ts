/*
 * The files that a mail server signs with: `tables.ts` writes the tables of OpenDKIM and rspamd, `links.ts` names
 * the links to key files. The same names tell an export what is stale. Only names and text are made here;
 * `cli/mail-server/` fetches keys and writes files.
 */

import type { DomainName } from '../ids.ts';

/** The mail servers whose DKIM signers we write files for; `folders` is a folder for each domain, as Haraka reads it. */
export const MAIL_SERVER_FORMATS = ['opendkim', 'rspamd', 'folders'] as const;
export type MailServerFormat = (typeof MAIL_SERVER_FORMATS)[number];

/** A verified domain, its selector, and the id of its key. */
export interface SigningEntry {
  readonly domain: DomainName;
  readonly selector: string;
  readonly keyId: string;
}

/** A file to be written: its name in the folder, and its text. */
export interface TableFile {
  readonly name: string;
  readonly text: string;
}

/** Names the file of a private key in the folder; in the format `folders`, the folder that holds it. It belongs to that key alone. */
export function nameKeyFile(format: MailServerFormat, keyId: string): string {
  return `keys/${keyId.slice(-2)}/${keyId}${format === 'folders' ? '' : '.pem'}`;
}

/**
 * Formats the tables of one signer. All the names in them are lower-case A-labels, selectors and hex digits; a path is the
 * operator's own, and must have no white space, since no format could hold it.
 * @param folder the whole path of the folder that the files are written to
 */
export function formatMailServerTables(
  format: MailServerFormat,
  entries: readonly SigningEntry[],
  folder: string,
): readonly TableFile[] {
  switch (format) {
    case 'opendkim':
      return formatOpenDkim(entries, folder);
    case 'rspamd':
      return formatRspamd(entries, folder);
    case 'folders':
      return [];
  }
}

/**
 * OpenDKIM's KeyTable and SigningTable (opendkim.conf(5)). As plain files, which it reads into a hash: a message costs a few
 * look-ups however many domains there are. `.example.com` stands for every name below. A key goes by the name of its domain, so
 * that a rotation changes the KeyTable only, in one step: OpenDKIM defers mail whose key is in one table and not in the other.
 */
function formatOpenDkim(entries: readonly SigningEntry[], folder: string): TableFile[] {
  const fileOf = ({ keyId }: SigningEntry) => `${folder}/${nameKeyFile('opendkim', keyId)}`;
  return [
    {
      name: 'KeyTable',
      text: joinLines(entries.map((entry) => `${entry.domain} ${entry.domain}:${entry.selector}:${fileOf(entry)}`)),
    },
    {
      name: 'SigningTable',
      text: joinLines(entries.flatMap(({ domain }) => [`${domain} ${domain}`, `.${domain} ${domain}`])),
    },
  ];
}

/**
 * One map for rspamd's dkim_signing module, which reads it again when it changes, and the settings that name it. The file of
 * a key follows from domain and selector: a second map of paths would be read at another moment, and a message between the
 * two would be signed with one key under the selector of another.
 */
function formatRspamd(entries: readonly SigningEntry[], folder: string): TableFile[] {
  return [
    { name: 'selectors.map', text: joinLines(entries.map(({ domain, selector }) => `${domain} ${selector}`)) },
    {
      name: 'dkim_signing.conf',
      text: joinLines([
        '# To be included from /etc/rspamd/local.d/dkim_signing.conf, by .include(priority=1,duplicate=merge):',
        '# without a priority, rspamd would keep its defaults.',
        'try_fallback = false;',
        '# The domain as it stands in From: what was verified is that name, not the one that was registered.',
        'use_domain = "header";',
        'use_esld = false;',
        '# The MAIL FROM name lies below the domain.',
        'allow_hdrfrom_mismatch = true;',
        'allow_username_mismatch = true;',
        'sign_local = true;',
        'sign_authenticated = true;',
        `selector_map = "${folder}/selectors.map";`,
        `path = "${folder}/${RSPAMD_KEYS}/$domain.$selector.pem";`,
      ]),
    },
  ];
}

/** Where rspamd finds a key by domain and selector. */
export const RSPAMD_KEYS = 'signing';

function joinLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
