import { isVerificationInProgress, type VerificationStatus } from '../../core/lifecycle/status.ts';
import type { DnsRecords } from '../../core/records/records.ts';
import type { Context } from '../context.ts';
import { buildRecordsOf, type StoredDomain } from '../domains/domains.ts';

interface DomainFlags {
  ownershipVerified: boolean;
  dkimEnabled: boolean;
  mailFromEnabled: boolean;
  dmarcEnabled: boolean;
}

/** A domain as clients see it (`api.md`, "The Domain object"): the API and the command line show the same. */
export interface DomainObject extends DomainFlags {
  id: string;
  domainName: string;
  verificationStatus: VerificationStatus;
  dnsRecords: DnsRecords;
  createdAt: string;
  lastCheckedAt: string;
  verifiedAt?: string;
  regionKey: string;
  verificationInProgress: boolean;
}

/** The outcome of `verify` as clients see it. */
export interface VerificationObject extends DomainFlags {
  domain: string;
  verificationInProgress: boolean;
  verificationStatus: VerificationStatus;
}

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
    dnsRecords: buildRecordsOf(domain),
    createdAt: domain.createdAt.toISOString(),
    lastCheckedAt: domain.lastCheckedAt.toISOString(),
    ...(domain.verifiedAt && { verifiedAt: domain.verifiedAt.toISOString() }),
    regionKey: domain.regionKey,
    verificationInProgress: isVerificationInProgress(domain.state, ctx.clock.now(), ctx.timing.rules),
  };
}

/** Formats the outcome of `verify`. `isChecking`: a check runs at this moment. */
export function formatVerification(ctx: Now, domain: StoredDomain, isChecking: boolean): VerificationObject {
  return {
    domain: domain.name,
    verificationInProgress: isChecking || isVerificationInProgress(domain.state, ctx.clock.now(), ctx.timing.rules),
    ownershipVerified: domain.ownershipVerified,
    verificationStatus: domain.status,
    dkimEnabled: domain.dkimEnabled,
    mailFromEnabled: domain.mailFromEnabled,
    dmarcEnabled: domain.dmarcEnabled,
  };
}
