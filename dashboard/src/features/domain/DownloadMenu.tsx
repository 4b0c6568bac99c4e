import { Download } from 'lucide-react';
import { useState } from 'react';
import { findPanel } from '../../../../server/src/core/panels/panel-value.ts';
import { formatCallUrl } from '../../api/call.ts';
import { Menu } from '../../components/Menu.tsx';

/** The files; which one the zone's own panel imports stands first. */
const FILES = [
  { label: 'Zone file', hint: 'BIND, NSD, Knot and most panels', query: { format: 'zone' } },
  { label: 'Cloudflare import', hint: 'DNS → Records → Import', query: { format: 'cloudflare' } },
  { label: 'Terraform for Cloudflare', query: { format: 'terraform', provider: 'cloudflare' } },
  { label: 'Terraform for Route 53', query: { format: 'terraform', provider: 'route53' } },
  { label: 'CSV', hint: 'a table for a spreadsheet', query: { format: 'csv' } },
] as const;

/** The records as files: of one's own domain, or of one that was shared. */
export function DownloadMenu({
  providerName,
  open,
  all,
  ...source
}: ({ readonly projectId: string; readonly domainId: string } | { readonly token: string }) & {
  /** Whose panel holds the zone, where that is known. */
  readonly providerName: string | undefined;
  /** How many records are still to be added or fixed, and how many there are. */
  readonly open: number;
  readonly all: number;
}) {
  const [isOpenOnly, setOpenOnly] = useState(false);
  const isPartial = open > 0 && open < all;
  const panel = findPanel(providerName);
  const own = panel?.quirks.file;
  const files =
    own === undefined
      ? FILES
      : [...FILES].sort((a, b) => Number(b.query.format === own) - Number(a.query.format === own));
  return (
    <Menu
      label="Download"
      trigger={
        <>
          <Download aria-hidden="true" size={16} /> Download
        </>
      }
      entries={[
        ...(isPartial
          ? [
              {
                label: open === 1 ? 'Only the 1 open record' : `Only the ${open} open records`,
                isChecked: isOpenOnly,
                onSelect: () => setOpenOnly(!isOpenOnly),
              },
            ]
          : []),
        ...files.map(({ query: { ...query }, ...entry }) => {
          const wish = isPartial && isOpenOnly ? { ...query, records: 'open' as const } : query;
          return {
            ...entry,
            ...(query.format === own && { hint: `${panel?.provider.name} imports this` }),
            href:
              'token' in source
                ? formatCallUrl('GET /api/share/:token/zone-file', source, wish)
                : formatCallUrl('GET /api/projects/:projectId/domains/:domainId/zone-file', source, wish),
          };
        }),
      ]}
    />
  );
}
