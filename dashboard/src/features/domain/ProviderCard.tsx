import type { Diagnostics } from '../../api/domains.ts';
import { Card } from '../../components/Card.tsx';
import { type State, StateMark } from '../../components/StateMark.tsx';
import { Explained } from '../../components/text/Term.tsx';

type Provider = NonNullable<Diagnostics['provider']>;
interface Shown {
  readonly state: State;
  readonly word: string;
}

/** What the provider that sends for the domain says of it, and why where it is not what we say. */
export function ProviderCard({ provider }: { provider: Provider }) {
  const { title, region, dkimStatus, mailFromStatus, verifiedForSending, explanation } = provider;
  return (
    <Card title={`${title} in ${region}`}>
      <ul className="divide-y divide-hairline px-4 text-small">
        <Line name="Sending" {...describeSending(verifiedForSending)} />
        <Line name="DKIM" {...describeStatus(dkimStatus)} />
        <Line name="MAIL FROM" {...describeStatus(mailFromStatus)} />
      </ul>
      {explanation !== undefined && (
        <p className="max-w-prose border-t border-hairline px-4 py-3 text-small text-muted">{explanation}</p>
      )}
    </Card>
  );
}

const STATUSES: Record<NonNullable<Provider['dkimStatus']>, Shown> = {
  SUCCESS: { state: 'verified', word: 'Found' },
  PENDING: { state: 'waiting', word: 'Checking' },
  NOT_STARTED: { state: 'waiting', word: 'Not checked yet' },
  TEMPORARY_FAILURE: { state: 'attention', word: 'Couldn’t check' },
  FAILED: { state: 'wrong', word: 'Not found' },
};

function describeStatus(status: Provider['dkimStatus']): Shown {
  return status === null ? { state: 'unknown', word: 'No status yet' } : STATUSES[status];
}

function describeSending(isAllowed: boolean | null): Shown {
  if (isAllowed === null) return { state: 'unknown', word: 'No status yet' };
  return isAllowed ? { state: 'verified', word: 'Allowed' } : { state: 'waiting', word: 'Not yet' };
}

function Line({ name, state, word }: Shown & { name: string }) {
  return (
    <li data-provider={name} className="flex items-center gap-4 py-2">
      <span className="w-40 shrink-0 font-medium">
        <Explained text={name} />
      </span>
      <StateMark state={state} word={word} />
    </li>
  );
}
