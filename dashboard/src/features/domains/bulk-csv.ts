import { formatCsvRows } from '../../../../server/src/core/exports/csv.ts';
import type { DomainListItem } from '../../api/domains.ts';
import { describeListed } from './describe-listed.ts';

/** A link that was made for a domain. */
export interface MadeLink {
  readonly domainName: string;
  readonly url: string;
  readonly expiresAt: string;
}

/** Formats domains as CSV (RFC 4180), with where they stand. @param nameProject the name of a project by its id */
export function formatDomainsCsv(domains: readonly DomainListItem[], nameProject: (id: string) => string): string {
  const header = ['domain', 'unicode', 'project', 'status', 'open', 'region', 'added', 'last checked', 'id'];
  const rows = domains.map((domain) => {
    const { word, open } = describeListed(domain);
    return [
      domain.domainName,
      domain.unicodeName ?? domain.domainName,
      disarm(nameProject(domain.projectId)),
      word,
      open.join(', '),
      domain.regionKey,
      domain.createdAt,
      domain.standings === null ? '' : domain.lastCheckedAt,
      domain.id,
    ];
  });
  return formatCsvRows([header, ...rows]);
}

/** Formats links as CSV, a line for each domain. */
export function formatLinksCsv(links: readonly MadeLink[]): string {
  return formatCsvRows([
    ['domain', 'link', 'expires'],
    ...links.map(({ domainName, url, expiresAt }) => [domainName, url, expiresAt]),
  ]);
}

/** Formats links as a table that spreadsheets and mail programs take from the clipboard. */
export function formatLinksTable(links: readonly MadeLink[]): string {
  return links.map(({ domainName, url }) => `${domainName}\t${url}`).join('\n');
}

/** Joins the CSV files of several domains to one, each line with its domain before it. */
export function joinRecordsCsv(files: readonly { readonly domainName: string; readonly text: string }[]): string {
  const [header = ''] = files[0]?.text.split('\r\n') ?? [];
  const lines = files.flatMap(({ domainName, text }) =>
    text
      .split('\r\n')
      .slice(1)
      .filter((line) => line !== '')
      .map((line) => `${domainName},${line}`),
  );
  return [`domain,${header}`, ...lines].map((line) => `${line}\r\n`).join('');
}

/** Spreadsheets run a text that begins so as a formula, and the name of a project is anybody's text. */
function disarm(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
