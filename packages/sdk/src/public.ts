// What the package gives away: the client, its error, and the check of webhooks.
export { AutosendError, type ErrorDetail } from './autosend-error.ts';
export { AutosendDomains } from './client.ts';
export type { DomainFilter, NewDomain, PanelRecord, Verification, WaitOptions } from './domains.ts';
export type { FollowedEvent, FollowOptions } from './events.ts';
export type { components, operations, paths } from './openapi.ts';
export type { Diagnostics, DkimKey, Domain, DomainEvent, FeedEvent, Finding } from './shapes.ts';
export type { Advance } from './test-clock.ts';
export type { CallOptions, ClientOptions, CreateOptions } from './transport.ts';
export type { WebhookEvent, WebhookEventType } from './webhook-event.ts';
export { type RequestHeaders, type VerifyOptions, verifyWebhook } from './webhook-signature.ts';
export type { PageOptions, Webhook } from './webhooks.ts';
