import { percentEncode } from '../percent-encoding.ts';
import type { ConnectSettings } from './discovery.ts';

/**
 * Builds what is signed: the whole query, sorted by name, without `key` and `sig`. Values are encoded before they are signed
 * (Domain Connect, "Digitally Sign Requests").
 */
export function formatSignedQuery(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');
}

/** The template of a service at a provider, in a path. */
export interface TemplateId {
  readonly providerId: string;
  readonly serviceId: string;
}

/** The address at which a provider says whether it has a template. */
export function formatTemplateUrl(apiUrl: string, template: TemplateId): string {
  return `${apiUrl}${formatTemplatePath(template)}`;
}

/** The link that people follow. `key` comes after what is signed and `sig` last, as Cloudflare requires. */
export function formatApplyLink(
  { syncUrl }: { readonly syncUrl: NonNullable<ConnectSettings['syncUrl']> },
  template: TemplateId,
  signed: { readonly query: string; readonly keyHost: string; readonly signature: string },
): string {
  const { query, keyHost, signature } = signed;
  return `${syncUrl}${formatTemplatePath(template)}/apply?${query}&key=${percentEncode(keyHost)}&sig=${percentEncode(signature)}`;
}

function formatTemplatePath({ providerId, serviceId }: TemplateId): string {
  return `/v2/domainTemplates/providers/${percentEncode(providerId)}/services/${percentEncode(serviceId)}`;
}
