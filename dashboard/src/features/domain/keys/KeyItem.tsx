import { isActivatable, isRevocable } from '../../../../../server/src/core/dkim/key-stages.ts';
import type { DomainKey } from '../../../api/domains.ts';
import { Button } from '../../../components/Button.tsx';
import { CopyButton } from '../../../components/CopyButton.tsx';
import { Moment } from '../../../components/RelativeTime.tsx';
import { KeyTimeline } from './KeyTimeline.tsx';

/** What can be done with a key. */
export type KeyMove = 'activate' | 'revoke';

/** One key: what it is, where it is in its life, and what can be done with it now. */
export function KeyItem({
  domainKey,
  isVerified,
  busy,
  onMove,
}: {
  domainKey: DomainKey;
  /** Whether mail of the domain is signed at all. */
  isVerified: boolean;
  /** The move that is under way. */
  busy: KeyMove | null;
  /** Null for whoever only reads. */
  onMove: ((move: KeyMove) => void) | null;
}) {
  const { selector, stage, revokedAt } = domainKey;
  // Behind a CNAME the record of a retired key is gone.
  const isGone = stage === 'retired' && domainKey.record.type === 'CNAME';
  const canActivate = isActivatable(domainKey) && !isGone;
  const canRevoke = revokedAt === null && isRevocable({ stage, kind: domainKey.type });
  return (
    <li data-key={stage} className="flex flex-col gap-3 px-4 py-4">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <p className="[overflow-wrap:anywhere]">
            <span dir="ltr" className="font-mono font-medium">
              {selector}
            </span>
          </p>
          <p className="text-small text-muted">
            {describeKind(domainKey)}
            {domainKey.origin === 'imported' && ' · imported'}
          </p>
        </div>
        {onMove && (canActivate || canRevoke) && (
          <div className="flex gap-2">
            {canActivate && (
              <Button
                aria-label={`${stage === 'pending' ? 'Switch to this key' : 'Switch back'}: ${selector}`}
                isBusy={busy === 'activate'}
                onClick={() => onMove('activate')}
              >
                {stage === 'pending' ? 'Switch to this key' : 'Switch back'}
              </Button>
            )}
            {canRevoke && (
              <Button
                aria-label={`${stage === 'pending' ? 'Cancel' : 'Revoke'}: ${selector}`}
                isBusy={busy === 'revoke'}
                onClick={() => onMove('revoke')}
              >
                {stage === 'pending' ? 'Cancel…' : 'Revoke…'}
              </Button>
            )}
          </div>
        )}
      </div>
      <KeyTimeline domainKey={domainKey} />
      <p className="max-w-prose text-small text-muted">
        <StageSentence domainKey={domainKey} isVerified={isVerified} />
      </p>
      {domainKey.warning !== null && <p className="max-w-prose text-small text-attention">{domainKey.warning}</p>}
    </li>
  );
}

/** What kind of key it is, in the words of a panel. */
export function describeKind({ type, bits }: Pick<DomainKey, 'type' | 'bits'>): string {
  return type === 'rsa' ? `RSA, ${bits} bits` : 'Ed25519';
}

function StageSentence({ domainKey, isVerified }: { domainKey: DomainKey; isVerified: boolean }) {
  const { stage, record, retiresAt, revokedAt, isPublished } = domainKey;
  if (record.type === 'CNAME') return <CnameSentence domainKey={domainKey} isVerified={isVerified} />;
  switch (stage) {
    case 'pending':
      return isPublished
        ? 'Its record is live on some name servers. We switch to this key once all of them have it.'
        : 'Publish its record (above). We switch to this key once it’s live on every name server.';
    case 'active':
      return isVerified ? 'In use. Keep its DNS record.' : 'Will be used once the domain is verified.';
    case 'retiring':
      return (
        <>
          Mail in transit may still use this key. Keep its record
          {retiresAt !== null && (
            <>
              {' '}
              until <Moment at={retiresAt} />
            </>
          )}
          .
        </>
      );
    case 'retired':
      return (
        <span className="flex flex-wrap items-center gap-x-1">
          {revokedAt === null ? 'You can now delete this record:' : 'Revoked. You can delete its record:'}
          <code dir="ltr" className="font-mono text-ink [overflow-wrap:anywhere]">
            {record.name}
          </code>
          <CopyButton value={record.name} what="the name of the record to remove" className="-my-2" />
        </span>
      );
  }
}

/** Of a key behind a CNAME, about which the owner of the domain has nothing to do. */
function CnameSentence({ domainKey, isVerified }: { domainKey: DomainKey; isVerified: boolean }) {
  const { stage, retiresAt, revokedAt, publishedAt } = domainKey;
  switch (stage) {
    case 'pending':
      return publishedAt === null
        ? 'We are publishing it behind its CNAME. Signing switches to it once every name server has it.'
        : 'It is on every name server. Signing switches to it once resolvers no longer cache what was there before.';
    case 'active':
      return isVerified ? 'In use. Keep both CNAME records.' : 'Will be used once the domain is verified.';
    case 'retiring':
      return (
        <>
          Mail in transit may still use this key. We keep it published
          {retiresAt !== null && (
            <>
              {' '}
              until <Moment at={retiresAt} />
            </>
          )}
          .
        </>
      );
    case 'retired':
      return revokedAt === null
        ? 'No longer published. Keep its CNAME record: the next key goes behind it.'
        : 'Revoked. Keep its CNAME record: the next key goes behind it.';
  }
}
