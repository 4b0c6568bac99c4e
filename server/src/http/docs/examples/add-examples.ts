import type { ErrorCode } from '../../../core/errors.ts';
import { STATUS_OF } from '../../errors.ts';
import { STATUS_CODES } from '../../node-http.ts';
import type { OpenApiDocument, Operation } from '../openapi-shape.ts';
import { ANSWERS, EXAMPLES } from './examples.ts';

/** Codes that only some calls answer with; none of the API does where the list is empty. The others may come from any. */
const CALLS_OF: Partial<Record<ErrorCode, readonly string[]>> = {
  DNS_CONNECTION_FAILED: ['createDnsConnection', 'getDnsPlan', 'applyDnsPlan'],
  DNS_CONNECTION_MISSING: ['getDnsPlan', 'applyDnsPlan'],
  DNS_PLAN_CHANGED: ['applyDnsPlan'],
  DNS_ZONE_NOT_FOUND: ['getDnsPlan', 'applyDnsPlan'],
  DOMAIN_ALREADY_EXISTS: ['createDomain'],
  DOMAIN_NOT_VERIFIED: ['signMessage'],
  FROM_NOT_ALLOWED: ['signMessage'],
  IDEMPOTENCY_KEY_IN_USE: ['createDnsConnection', 'createDomain', 'createDomainKey', 'createShareLink'],
  KEY_ALREADY_PENDING: ['createDomainKey'],
  KEY_IN_USE: ['revokeDomainKey'],
  KEY_NOT_PUBLISHED: ['activateDomainKey'],
  KEY_REVOKED: ['activateDomainKey'],
  PROJECT_ALREADY_EXISTS: [],
  QUOTA_EXCEEDED: ['createDnsConnection', 'createDomain', 'createShareLink', 'createWebhook'],
  REAUTHENTICATION_REQUIRED: [],
  SECOND_FACTOR_REQUIRED: [],
  SELECTOR_IN_USE: ['createDomainKey'],
  WEBHOOK_NOT_SUBSCRIBED: ['resendWebhook'],
};

function isOf(code: ErrorCode, { operationId, tags }: Operation): boolean {
  if (code === 'WEBHOOK_NOT_FOUND') return tags.includes('Webhooks');
  return CALLS_OF[code]?.includes(operationId) ?? true;
}

/** Puts the examples into the document, in place, and says in words what each answer is. */
export function addExamples({ paths }: OpenApiDocument): void {
  for (const operation of Object.values(paths).flatMap((path) => Object.values(path))) {
    describeAnswers(operation);
    const body = operation.requestBody?.content['application/json'];
    const example = EXAMPLES[operation.operationId];
    if (body && typeof example?.body === 'object') body.example = example.body;
    const answer = ANSWERS[operation.operationId];
    const content = answer && operation.responses[String(answer.status)]?.content;
    const [first] = Object.values(content ?? {});
    if (first && answer) first.example = answer.body;
    // What takes long is answered before it is done, in the same shape.
    const [later] = Object.values(operation.responses['202']?.content ?? {});
    if (later && answer && example?.whileItGoesOn) later.example = example.whileItGoesOn(answer.body);
  }
}

/** The library calls every answer "Default Response". */
function describeAnswers(operation: Operation): void {
  for (const [status, response] of Object.entries(operation.responses)) {
    if (response.description !== 'Default Response') continue;
    const codes = (Object.keys(STATUS_OF) as ErrorCode[])
      .filter((code) => STATUS_OF[code] === Number(status) && isOf(code, operation))
      .map((code) => `\`${code}\``);
    response.description = codes.length > 0 ? `${codes.join(', ')}.` : `${STATUS_CODES[Number(status)] ?? 'Done'}.`;
  }
}
