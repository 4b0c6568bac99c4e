/*
 * Domain Connect on a page: `OneClick` offers to add the records at the DNS provider, `SetupReturn` tells people who come
 * back how it went, and `ConnectedPage` does the same if they didn't start on a page of ours. The server decides what is
 * offered and where people are sent; only its checks decide what is true afterwards.
 */

import { useMutation } from '@tanstack/react-query';
import { ExternalLink } from 'lucide-react';
import type { SetupOffer } from '../../api/domains.ts';
import { Button } from '../../components/Button.tsx';
import { FormError } from '../../components/FormError.tsx';
import { hasOffer } from './has-offer.ts';

/** A button that leads to the DNS provider, which adds the records once its customer agrees. Shows nothing if the provider accepts no link. */
export function OneClick({
  offer,
  onCreate,
}: {
  offer: SetupOffer | undefined;
  /** Creates the link. */
  onCreate(): Promise<{ url: string | null }>;
}) {
  const open = useMutation({
    mutationFn: onCreate,
    onSuccess: ({ url }) => {
      if (url !== null) window.location.assign(url);
    },
  });
  if (!hasOffer(offer)) return null;
  const provider = offer.provider.name;
  const isGone = open.isSuccess && open.data.url === null;
  return (
    <section
      aria-label={`Add the records at ${provider}`}
      className="rounded-box border border-accent bg-card px-4 py-4"
    >
      <p className="max-w-prose">
        {provider} can add these records for you. Sign in there, look at what will be added, and confirm. You come back
        here afterwards.
      </p>
      <div className="mt-3">
        <Button variant="primary" isBusy={open.isPending} onClick={() => open.mutate()}>
          Add these records at {provider} <ExternalLink aria-hidden="true" size={14} />
        </Button>
      </div>
      {open.error && (
        <div className="mt-3">
          <FormError error={open.error} />
        </div>
      )}
      {isGone && (
        <p role="status" className="mt-3 text-small text-muted">
          {provider} no longer accepts this link. Add the records below by hand.
        </p>
      )}
      {offer.leftOut.length > 0 && (
        <div className="mt-3 max-w-prose text-small">
          <p className="font-medium">Not included:</p>
          <ul className="mt-1 flex list-disc flex-col gap-1 pl-5 text-muted">
            {offer.leftOut.map(({ group, message }) => (
              <li key={group} className="break-words">
                {message}
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
