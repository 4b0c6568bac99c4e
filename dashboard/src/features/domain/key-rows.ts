import type { Diagnostics, Domain, DomainEvent, DomainKey } from '../../api/domains.ts';
import type { State } from '../../components/StateMark.tsx';
import { buildRecordRows, type RecordRow, TTL_SECONDS } from './record-rows.ts';

const MAX_STRING_OCTETS = 255;

/**
 * The records that keys want beside the domain's own five: of pending keys, and of an Ed25519 key in use.
 * @param dkim the row of the key in use, which tells how names below `_domainkey` are written in the panel
 */
export function buildKeyRows(keys: readonly DomainKey[], dkim: RecordRow | undefined): RecordRow[] {
  const suffix = dkim?.name.startsWith(dkim.host) ? dkim.name.slice(dkim.host.length) : '';
  return keys.filter(isWanted).map((key) => {
    const { name, value, type } = key.record;
    return {
      kind: `key:${key.selector}`,
      title: `${key.stage === 'pending' ? 'New ' : ''}${key.type === 'rsa' ? 'DKIM key' : 'Ed25519 key'}`,
      type,
      host: suffix !== '' && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name,
      name,
      value,
      // All of it is ASCII: characters are octets.
      chunks: value.match(new RegExp(`.{1,${MAX_STRING_OCTETS}}`, 'g')) ?? [],
      priority: null,
      ttlSeconds: TTL_SECONDS,
      ...describeState(key),
      note: null,
      found: [],
      findings: [],
      answers: [],
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
  return [
    ...rows,
    ...buildKeyRows(
      domain.keys,
      rows.find(({ kind }) => kind === 'dkim'),
    ),
  ];
}

function isWanted({ stage, type }: DomainKey): boolean {
  return stage === 'pending' || (stage === 'active' && type === 'ed25519');
}

function describeState({ isPublished, stage }: DomainKey): { state: State; word: string } {
  if (isPublished === null) return { state: 'unknown', word: 'Not looked yet' };
  if (isPublished) return { state: 'verified', word: 'Found' };
  return stage === 'pending' ? { state: 'waiting', word: 'Waiting' } : { state: 'wrong', word: 'Missing' };
}
