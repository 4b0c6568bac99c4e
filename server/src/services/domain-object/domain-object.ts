/*
 * A domain as clients see it: the object that the API answers with (`domain-object.ts`), and the records in it
 * (`domain-records.ts`), which are also those that are checked. What shows more of a domain is in `views/`; an
 * event freezes this object in the transaction of its change (`events/`).
 */

import type { Clock } from '../../core/clock.ts';
import { isVerificationInProgress } from '../../core/lifecycle/status.ts';
import type { DnsRecords } from '../../core/records/records.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import type { DomainObject, VerificationObject } from '../../wire/domain.ts';
import type { Context } from '../context.ts';
import { buildRecordsOf, type RecordSource } from './domain-records.ts';

/** What it takes to say whether a verification goes on at this moment. */
type Now = Pick<Context, 'timing'> & { readonly clock: Pick<Clock, 'now'> };

/** What is shown of a domain. */
export type ShownDomain = RecordSource &
  Pick<
    StoredDomain,
    | 'id'
    | 'status'
    | 'ownershipVerified'
    | 'dkimEnabled'
    | 'mailFromEnabled'
    | 'dmarcEnabled'
    | 'createdAt'
    | 'lastCheckedAt'
    | 'verifiedAt'
    | 'regionKey'
    | 'state'
  >;

/** Formats a domain as it stands now; the order of the keys is part of the contract. */
export function formatDomain(ctx: Now, domain: ShownDomain): DomainObject {
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
