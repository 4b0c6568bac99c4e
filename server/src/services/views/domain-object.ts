/*
 * What the service shows, in the shapes of `wire/`. A file for each: the Domain object, a key, diagnostics, the
 * dashboard's page of a domain. The API, the command line and live updates all format through these. They take
 * what use cases return; `domain-detail.ts` also reads what its page needs. They change nothing.
 */

import { isVerificationInProgress } from '../../core/lifecycle/status.ts';
import type { DnsRecords } from '../../core/records/records.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import type { DomainObject, VerificationObject } from '../../wire/domain.ts';
import type { Context } from '../context.ts';
import { buildRecordsOf } from '../domains/domains.ts';

/** What it takes to say whether a verification goes on at this moment. */
type Now = Pick<Context, 'clock' | 'timing'>;

/** Formats a domain as it stands now; the order of the keys is part of the contract. */
export function formatDomain(ctx: Now, domain: StoredDomain): DomainObject {
  return {
    id: domain.id,
    domainName: domain.name,
    verificationStatus: domain.status,
    ownershipVerified: domain.ownershipVerified,
    dkimEnabled: domain.dkimEnabled,
    mailFromEnabled: domain.mailFromEnabled,
    dmarcEnabled: domain.dmarcEnabled,
    dnsRecords: formatDnsRecords(buildRecordsOf(domain)),
    createdAt: domain.createdAt.toISOString(),
    lastCheckedAt: domain.lastCheckedAt.toISOString(),
    ...(domain.verifiedAt && { verifiedAt: domain.verifiedAt.toISOString() }),
    regionKey: domain.regionKey,
    verificationInProgress: isVerificationInProgress(domain.state, ctx.clock.now(), ctx.timing.rules),
  };
}

/** The records that the contract of the Domain object names; all kinds there are stand in the lists: exports, diagnostics, the dashboard. */
function formatDnsRecords(records: DnsRecords): DomainObject['dnsRecords'] {
  return {
    ownership: records.ownership,
    dkim: records.dkim,
    mailFrom: [records.mail_from_mx, records.mail_from_spf],
    dmarc: records.dmarc,
  };
}

/** Formats the outcome of `verify`. `isChecking`: a check runs at this moment. */
export function formatVerification(ctx: Now, domain: StoredDomain, isChecking: boolean): VerificationObject {
  return {
    domain: formatDomain(ctx, domain),
    verificationInProgress: isChecking || isVerificationInProgress(domain.state, ctx.clock.now(), ctx.timing.rules),
    ownershipVerified: domain.ownershipVerified,
    verificationStatus: domain.status,
    dkimEnabled: domain.dkimEnabled,
    mailFromEnabled: domain.mailFromEnabled,
    dmarcEnabled: domain.dmarcEnabled,
  };
}
