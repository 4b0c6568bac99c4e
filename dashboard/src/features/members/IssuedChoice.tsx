import type { Issued } from '../../api/project.ts';
import { Checkbox } from '../../components/Checkbox.tsx';
import { Moment, RelativeTime } from '../../components/RelativeTime.tsx';
import { namePermission } from '../api-keys/permissions.ts';

/** Lists what somebody made that goes on working without them, and asks whether it ends; nothing where there is none. */
export function IssuedChoice({
  issued,
  isRevoked,
  onChange,
}: {
  issued: Issued;
  isRevoked: boolean;
  onChange(isRevoked: boolean): void;
}) {
  const { apiKeys, shareLinks, webhooks, dnsConnections } = issued;
  const isEndable = apiKeys.length + shareLinks.length + webhooks.length > 0;
  if (!isEndable && dnsConnections.length === 0) return null;
  return (
    <div data-testid="issued" className="flex flex-col gap-3 rounded-control bg-sunken p-3">
      <ul className="flex max-h-48 flex-col gap-1 overflow-auto text-small">
        {apiKeys.map((key) => (
          <li key={key.id} className="[overflow-wrap:anywhere]">
            API key <span className="font-medium">{key.name}</span>, {namePermission(key.permission)}
            <span className="text-muted">
              {' · '}
              <code className="font-mono">{key.prefix}…</code>
              {' · '}
              {key.lastUsedAt ? (
                <>
                  used <RelativeTime at={key.lastUsedAt} />
                </>
              ) : (
                'never used'
              )}
            </span>
          </li>
        ))}
        {shareLinks.map((link) => (
          <li key={link.id} className="[overflow-wrap:anywhere]">
            Link to <span className="font-medium">{link.domainName}</span>
            <span className="text-muted">
              {' · expires '}
              <Moment at={link.expiresAt} />
            </span>
          </li>
        ))}
        {webhooks.map((webhook) => (
          <li key={webhook.id} className="[overflow-wrap:anywhere]">
            Webhook to <span className="font-medium">{webhook.url}</span>
            <span className="text-muted">
              {' · '}
              {webhook.events.includes('*') ? 'all events' : webhook.events.join(', ')}
            </span>
          </li>
        ))}
        {dnsConnections.map((connection) => (
          <li key={connection.id} className="[overflow-wrap:anywhere]">
            DNS connection <span className="font-medium">{connection.name}</span>
            <span className="text-muted"> · stays</span>
          </li>
        ))}
      </ul>
      {isEndable && (
        <Checkbox
          label={describeEnd(issued)}
          hint="Apps that use these keys stop working immediately. Until a key is revoked, anyone who has a copy can use it. A disabled webhook gets no events."
          isChecked={isRevoked}
          onChange={onChange}
        />
      )}
      {dnsConnections.length > 0 && (
        <p className="text-small text-muted">
          DNS connections stay, because domains may be published through them. Whoever added one may still have its
          credentials: replace them at the DNS provider, and delete connections that you don’t need.
        </p>
      )}
    </div>
  );
}

function describeEnd({ apiKeys, shareLinks, webhooks }: Issued): string {
  const revoked = [count(apiKeys, 'API key'), count(shareLinks, 'link')].filter((part) => part !== null);
  const disabled = count(webhooks, 'webhook');
  const ends = [revoked.length > 0 && `revoke ${revoked.join(' and ')}`, disabled !== null && `disable ${disabled}`];
  const text = ends.filter((part) => part !== false).join(', and ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function count({ length }: readonly unknown[], what: string): string | null {
  if (length === 0) return null;
  return length === 1 ? `this ${what}` : `these ${length} ${what}s`;
}
