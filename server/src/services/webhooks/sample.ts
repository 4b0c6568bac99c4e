import { ENGLISH } from '../../core/findings/words/english.ts';
import type { DomainId, DomainName } from '../../core/ids.ts';
import type { DomainEvent, EventType, KeyEventData, ProjectEvent } from '../../core/lifecycle/events.ts';
import { closeFrozen, freezeDomainEvent, freezeProjectEvent } from '../../core/lifecycle/frozen-event.ts';
import { INITIAL_STATE } from '../../core/lifecycle/status.ts';
import { DEFAULT_TIMING } from '../../core/lifecycle/timing.ts';
import { describePublishReason } from '../../core/publishing/publish-words.ts';
import { formatTxt } from '../../core/publishing/rdata.ts';
import { DEFAULT_LABELS } from '../../core/records/record-input.ts';
import { BUILT_IN_REGIONS } from '../../core/records/regions.ts';
import { formatDomain } from '../domain-object/domain-object.ts';

const [REGION] = BUILT_IN_REGIONS;
const NAME = 'example.com' as DomainName;
const PUBLIC_KEY = `MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA${'0'.repeat(342)}IDAQAB`;
const KEY: KeyEventData = {
  selector: 'autosend-20270115-9f',
  type: 'rsa',
  name: 'autosend-20270115-9f._domainkey.example.com',
  algorithm: 'rsa-2048',
  record: {
    name: 'autosend-20270115-9f._domainkey.example.com',
    type: 'TXT',
    value: `v=DKIM1; k=rsa; p=${PUBLIC_KEY}`,
  },
};

/** Builds the text of a sample: an event of the domain example.com as it would be sent, made up and never stored as one. */
export function buildSample(type: EventType, now: Date): string {
  const event = sampleOf(type, now);
  if (event.type === 'webhook.disabled') return freezeProjectEvent(event, now);
  const isVerified = type !== 'domain.created' && type !== 'record.verified';
  if (!REGION) throw new Error('There is no built-in region.');
  const createdAt = new Date(now.getTime() - 3_600_000);
  const shown = {
    id: '60d5ec49f1b2c72d9c8b2222' as DomainId,
    name: NAME,
    status: isVerified ? ('VERIFIED' as const) : ('PENDING_CONFIGURATION' as const),
    ownershipVerified: isVerified,
    dkimEnabled: isVerified,
    mailFromEnabled: isVerified,
    dmarcEnabled: isVerified,
    ownershipToken: '0'.repeat(32),
    selector: 'autosend',
    publicKey: PUBLIC_KEY,
    recordSettings: { labels: DEFAULT_LABELS, region: REGION },
    createdAt,
    lastCheckedAt: now,
    verifiedAt: isVerified ? now : null,
    regionKey: REGION.key,
    state: INITIAL_STATE,
  };
  const clock = { now: () => now };
  const domain = formatDomain({ clock, timing: DEFAULT_TIMING }, shown);
  return closeFrozen(freezeDomainEvent(event, now, { domain, externalId: 'cus_4711', metadata: { plan: 'pro' } }), 7);
}

function sampleOf(type: EventType, now: Date): DomainEvent | ProjectEvent {
  const time = now.toISOString();
  switch (type) {
    case 'domain.created':
    case 'domain.deleted':
      return { type, data: { domainName: NAME } };
    case 'domain.verified':
    case 'domain.restored':
      return { type, data: {} };
    case 'domain.at_risk':
    case 'domain.failed':
      return { type, data: { missing: ['dkim'], deadlineAt: time } };
    case 'domain.updated':
      return { type, data: { previous: { dkimRotationDays: 0 } } };
    case 'record.verified':
      return { type, data: { record: 'ownership' } };
    case 'record.missing': {
      const fix = `Add the TXT record \`${KEY.record.name}\` again.`;
      return {
        type,
        data: {
          record: 'dkim',
          firstMissedAt: time,
          finding: { code: 'record_missing', title: ENGLISH.record_missing.title, fix },
        },
      };
    }
    case 'dns.published': {
      const { name, type: recordType, value } = KEY.record;
      const change = { name, type: recordType, before: [], after: [formatTxt(value)] };
      return { type, data: { zone: NAME, changes: [change] } };
    }
    case 'dns.drifted': {
      const name = `_dmarc.${NAME}`;
      const change = { name, type: 'TXT' as const, before: [formatTxt('v=DMARC1; p=none;')], after: [] };
      return { type, data: { zone: NAME, changes: [change] } };
    }
    case 'dns.publish_failed': {
      const message = describePublishReason('no_connection');
      return { type, data: { zone: NAME, reason: 'no_connection', message, conflicts: [], nextTryAt: time } };
    }
    case 'webhook.disabled': {
      const webhook = { id: '60d5ec49f1b2c72d9c8b1234', url: 'https://example.com/webhooks' };
      return { type, data: { webhook, reason: 'failing', failingSince: time } };
    }
    default:
      return { type, data: KEY };
  }
}
