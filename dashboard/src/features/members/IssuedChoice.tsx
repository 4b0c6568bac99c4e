import type { Issued } from '../../api/project.ts';
import { Checkbox } from '../../components/Checkbox.tsx';
import { Moment, RelativeTime } from '../../components/RelativeTime.tsx';
import { namePermission } from '../api-keys/permissions.ts';

/** Lists what somebody made that goes on working without them, and asks whether it is revoked; nothing where there is none. */
export function IssuedChoice({
  issued,
  isRevoked,
  onChange,
}: {
  issued: Issued;
  isRevoked: boolean;
  onChange(isRevoked: boolean): void;
}) {
  const { apiKeys, shareLinks } = issued;
  if (apiKeys.length + shareLinks.length === 0) return null;
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
      </ul>
      <Checkbox
        label={`Revoke ${countIssued(issued)}`}
        hint="Apps that use these keys stop working immediately. Until a key is revoked, anyone who has a copy can use it."
        isChecked={isRevoked}
        onChange={onChange}
      />
    </div>
  );
}

function countIssued({ apiKeys, shareLinks }: Issued): string {
  const parts = [
    apiKeys.length > 0 && (apiKeys.length === 1 ? 'this API key' : `these ${apiKeys.length} API keys`),
    shareLinks.length > 0 && (shareLinks.length === 1 ? 'this link' : `these ${shareLinks.length} links`),
  ];
  return parts.filter((part) => part !== false).join(' and ');
}
