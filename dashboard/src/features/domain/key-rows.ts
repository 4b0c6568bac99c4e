import { isInMotion } from '../../../../server/src/core/dkim/key-stages.ts';
import { TTL_SECONDS } from '../../../../server/src/core/exports/record-list.ts';
import { findPanel, formatPanelValue } from '../../../../server/src/core/panels/panel-value.ts';
import { splitTxtValue } from '../../../../server/src/core/records/records.ts';
import type { Diagnostics, Domain, DomainEvent, DomainKey } from '../../api/domains.ts';
import { buildRecordRows, describeState, type RecordRow } from './record-rows.ts';

/**
 * The records that keys want beside the domain's own: of pending and retiring keys, and of an Ed25519 key in use.
 * @param dkim the row of the key in use, which tells how names below `_domainkey` are written in the panel
 * @param diagnostics what the last check saw of them, which may be a moment behind the keys
 */
export function buildKeyRows(
  keys: readonly DomainKey[],
  dkim: RecordRow | undefined,
  diagnostics?: Pick<Diagnostics, 'keys' | 'zone'>,
): RecordRow[] {
  const panel = findPanel(diagnostics?.zone?.provider?.name);
  const suffix = dkim?.name.startsWith(dkim.host) ? dkim.name.slice(dkim.host.length) : '';
  return keys
    .filter(({ stage, type }) => isInMotion({ stage, kind: type }))
    .map((key) => {
      const { name, value, type } = key.record;
      const seen = diagnostics?.keys?.find(({ selector }) => selector === key.selector);
      // A key that was found since is shown without what was wrong before.
      const findings = key.isPublished ? [] : (seen?.findings ?? []).filter(({ code }) => code !== 'record_missing');
      return {
        kind: `key:${key.selector}`,
        benefit: describeKeyBenefit(key),
        isRequired: false,
        panel: formatPanelValue({ type, value, chunks: splitTxtValue(value), priority: null }, panel),
        title: titleOf(key),
        type,
        host: seen?.zone ? seen.host : suffix !== '' && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name,
        name,
        value,
        chunks: splitTxtValue(value),
        priority: null,
        ttlSeconds: TTL_SECONDS,
        ...describeState({ state: stateOf(key, seen) }, findings, { isOwn: false, wasSeen: key.stage !== 'pending' }),
        note: null,
        found: seen?.found ?? [],
        findings,
        answers: seen?.answers ?? [],
        resolversSeeItBy: seen?.visibleToResolversBy ?? null,
        isOwn: false,
      };
    });
}

/** Every record to publish, the domain's own and those of its further keys, with what was seen of each. */
export function buildAllRows(
  domain: Pick<Domain, 'records' | 'checkedAt' | 'keys'>,
  diagnostics: Diagnostics | undefined,
  events: readonly DomainEvent[] = [],
): RecordRow[] {
  const rows = buildRecordRows(domain, diagnostics, events);
  // Two CNAMEs lead to all keys there are, whatever becomes of them.
  if (rows.some(({ kind }) => kind === 'dkim:second')) return rows;
  return [
    ...rows,
    ...buildKeyRows(
      domain.keys,
      rows.find(({ kind }) => kind === 'dkim'),
      diagnostics,
    ),
  ];
}

function describeKeyBenefit({ stage }: Pick<DomainKey, 'stage'>): string {
  if (stage === 'pending') return 'takes over once it’s live';
  return stage === 'active' ? 'signs beside the RSA key' : 'verifies mail in transit';
}

function titleOf({ stage, type }: Pick<DomainKey, 'stage' | 'type'>): string {
  const what = type === 'rsa' ? 'DKIM key' : 'Ed25519 key';
  if (stage === 'active') return what;
  return stage === 'pending' ? `New ${what}` : `Previous ${what}`;
}

type KeyDiagnostics = NonNullable<Diagnostics['keys']>[number];

function stateOf({ isPublished }: DomainKey, seen: KeyDiagnostics | undefined): KeyDiagnostics['status'] | 'unchecked' {
  if (isPublished) return 'verified';
  // What was right at the last check and is not any more is not known in detail yet.
  if (seen && seen.status !== 'verified') return seen.status;
  return isPublished === null ? 'unchecked' : 'missing';
}
