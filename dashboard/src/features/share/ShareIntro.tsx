import { ExternalLink } from 'lucide-react';
import type { ReactNode } from 'react';
import { buildPanelPage, findPanel } from '../../../../server/src/core/panels/panel-value.ts';
import type { Diagnostics, SharedDomain } from '../../api/domains.ts';
import { TestBadge } from '../projects/TestBadge.tsx';

/** Who asks, for what and why, and how it is done: an unexplained page that wants DNS changed looks like phishing. */
export function ShareIntro({
  domain,
  diagnostics,
  open,
  oneClick,
}: {
  domain: SharedDomain;
  diagnostics: Diagnostics | undefined;
  /** How many records are still to be added or fixed. */
  open: number;
  /** What adds them at the DNS provider; false where nothing does. */
  oneClick: ReactNode;
}) {
  const { project, person } = domain.from;
  const zone = diagnostics?.zone ?? null;
  const panel = findPanel(zone?.provider?.name);
  const page = zone && buildPanelPage(panel, zone.name);
  const place = zone?.provider?.name ?? 'your DNS provider';
  return (
    <section aria-label="What this is about" className="rounded-box border border-hairline bg-card px-4 py-4">
      <p className="max-w-prose">
        <strong className="font-semibold">{project}</strong> uses {domain.unicodeName ?? domain.domainName} to send
        email
        {open > 0
          ? ', and needs a few DNS records for it. They don’t affect your website or your existing email.'
          : '.'}
        {person !== null && ` ${person} shared this page with you.`}
      </p>
      {domain.isTest && (
        <p className="mt-3 max-w-prose">
          <TestBadge /> This is a test domain. It follows a script, so there is nothing to add anywhere.
        </p>
      )}
      {open === 0 && (
        <>
          <p className="mt-3 font-medium">You’re done. From now on:</p>
          <ul className="mt-1 flex max-w-prose list-disc flex-col gap-1 pl-5">
            <li>
              Keep these records{zone && <> at {place}</>}, even if they look unused. {project} checks them every few
              hours.
            </li>
            <li>If you move your DNS to another provider, copy them over first.</li>
            <li>You don’t need to tell {project}. They can see that the domain is ready.</li>
          </ul>
        </>
      )}
      {open > 0 && oneClick && (
        <>
          <div className="mt-4">{oneClick}</div>
          <p className="mt-4 font-medium">Or add them by hand:</p>
        </>
      )}
      {open > 0 && (
        <ol className="mt-3 flex max-w-prose list-decimal flex-col gap-1 pl-5">
          <li>
            {page ? (
              <a
                href={page}
                target="_blank"
                rel="noreferrer"
                className="inline-flex items-center gap-1 font-medium text-accent hover:underline max-md:min-h-11"
              >
                Open {place} <ExternalLink aria-hidden="true" size={13} />
                <span className="sr-only">(opens in a new tab)</span>
              </a>
            ) : (
              <>
                Sign in to {place} and open the DNS settings{zone && <> of {zone.name}</>}.
              </>
            )}
          </li>
          <li>Add each record below. Copy the type, name and value exactly.</li>
          <li>That’s it. This page turns green on its own, usually within seconds.</li>
        </ol>
      )}
    </section>
  );
}
