import { type MailServerFormat, nameKeyFile, RSPAMD_KEYS, type SigningEntry } from './tables.ts';

/** A symbolic link to a key: its name in its folder, and what it points to, seen from there. */
export interface KeyLink {
  readonly name: string;
  readonly target: string;
}

/** In which folder the links of each format lie; OpenDKIM's tables name the keys' own files. */
export const LINK_FOLDERS: Readonly<Record<MailServerFormat, string | null>> = {
  opendkim: null,
  rspamd: RSPAMD_KEYS,
  folders: 'domains',
};

/** Lists the names by which a signer finds keys: `example.com.autosend.pem` for rspamd, the folder `example.com` for `folders`. */
export function listKeyLinks(format: MailServerFormat, entries: readonly SigningEntry[]): KeyLink[] {
  if (LINK_FOLDERS[format] === null) return [];
  return entries.map(({ domain, selector, keyId }) => ({
    name: format === 'rspamd' ? `${domain}.${selector}.pem` : domain,
    target: `../${nameKeyFile(format, keyId)}`,
  }));
}
