import type { Domain } from '../../api/domains.ts';
import { CopyButton } from '../../components/CopyButton.tsx';
import { Moment } from '../../components/RelativeTime.tsx';
import { CodeSample } from '../../components/text/CodeSample.tsx';

/** What a program needs to work with the domain: its ID, and a request that answers. */
export function ApiUse({ domain }: { domain: Pick<Domain, 'id' | 'createdAt' | 'regionKey' | 'externalId'> }) {
  const request = `curl ${location.origin}/v1/domains/${domain.id} \\
  -H "Authorization: Bearer $AUTOSEND_API_KEY"`;
  return (
    <div className="flex flex-col gap-3 px-4 pb-4 text-small">
      <dl className="flex flex-wrap gap-x-8 gap-y-2">
        <Fact name="Domain ID" value={domain.id} />
        {domain.externalId !== null && <Fact name="External ID" value={domain.externalId} />}
        <div>
          <dt className="text-muted">Added</dt>
          <dd className="py-1.5">
            <Moment at={domain.createdAt} />
          </dd>
        </div>
      </dl>
      <CodeSample text={request} what="the request" />
      <a href="/docs/reference/domains" className="self-start text-accent hover:underline max-md:min-h-11">
        API documentation
      </a>
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div className="min-w-0">
      <dt className="text-muted">{name}</dt>
      <dd className="flex items-center gap-1">
        <code className="font-mono [overflow-wrap:anywhere]">{value}</code>
        <CopyButton value={value} what={`the ${name.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase())}`} />
      </dd>
    </div>
  );
}
