import type { DomainName } from '../ids.ts';
import { buildKeyPrefix } from './dkim-key.ts';

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const MAX_NAME = 253;

/**
 * Parses a DKIM selector (RFC 6376 §3.1): labels of letters, digits and hyphens with dots between, in any case.
 * @param domainName the domain whose key it names: the name of the record must be a DNS name (RFC 1035 §2.3.4)
 */
export function parseSelector(
  text: string,
  domainName: DomainName,
): { readonly selector: string } | { readonly problem: string } {
  const selector = text.toLowerCase();
  if (/\._domainkey(\.|$)/.test(selector))
    return { problem: 'selector is only the part of the record name before `._domainkey`.' };
  if (!selector.split('.').every((label) => LABEL.test(label)))
    return { problem: "selector may only contain letters, digits and hyphens, and can't start or end with a hyphen." };
  const length = measureKeyName(selector, domainName);
  if (length > MAX_NAME)
    return {
      problem: `selector is too long. The record name would have ${length} characters; the limit is ${MAX_NAME}.`,
    };
  return { selector };
}

/** Reads the selector of a key's record from the record's name. */
export function readSelector(name: string): string {
  return name.slice(0, name.indexOf('._domainkey.'));
}

/** Whether a selector and a domain make a DNS name that fits (RFC 1035 §2.3.4). */
export function fitsBefore(selector: string, domainName: DomainName): boolean {
  return measureKeyName(selector, domainName) <= MAX_NAME;
}

function measureKeyName(selector: string, domainName: DomainName): number {
  return `${buildKeyPrefix(selector)}.${domainName}`.length;
}
