import type { DnsProviderFault, DnsProviderProblem } from '../../../core/publishing/dns-provider.ts';
import { READ_TYPES } from '../../../core/publishing/rr-set.ts';
import { parseName } from './names.ts';

/** A list that doesn't say how it goes on, or that it ends: what isn't on it may be there all the same. */
export const BROKEN_LIST: DnsProviderProblem = {
  outcome: 'bad_answer',
  detail: "The list that Route 53 sent can't be read to its end.",
};

/** What the SDK throws where the request itself failed: the problem is the one that the tools found. */
export class RequestFailed extends Error {
  readonly problem: DnsProviderProblem;
  constructor(problem: DnsProviderProblem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** The service's own errors and the common errors of AWS. */
const OUTCOMES: Readonly<Record<string, DnsProviderFault>> = {
  NoSuchHostedZone: 'no_such_zone',
  HostedZoneNotFound: 'no_such_zone',
  InvalidInput: 'refused_record',
  InvalidDomainName: 'refused_record',
  LimitsExceeded: 'quota',
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  TooManyRequestsException: 'throttled',
  RequestLimitExceeded: 'throttled',
  // Another change of the same zone is under way.
  PriorRequestNotComplete: 'throttled',
  ConcurrentModification: 'throttled',
  AccessDenied: 'forbidden',
  AccessDeniedException: 'forbidden',
  NotAuthorizedException: 'forbidden',
  InvalidClientTokenId: 'unauthorized',
  UnrecognizedClientException: 'unauthorized',
  SignatureDoesNotMatch: 'unauthorized',
  InvalidSignatureException: 'unauthorized',
  IncompleteSignature: 'unauthorized',
  MissingAuthenticationToken: 'unauthorized',
  ExpiredToken: 'unauthorized',
  ExpiredTokenException: 'unauthorized',
  OptInRequired: 'unauthorized',
  RequestExpired: 'clock_off',
  RequestTimeTooSkewed: 'clock_off',
  ServiceUnavailable: 'unavailable',
  InternalFailure: 'unavailable',
  InternalError: 'unavailable',
};

const MOST_CHARACTERS = 300;
/** Of a signature that is otherwise right: "Signature expired: … is now earlier than …". */
const CLOCK_OFF = /signature (?:expired|not yet current)/i;
/** Names the action, and the resource where the message has one. */
const DENIED = /not authorized to perform: (\S+?)(?: on resource: (\S+))?(?: because .*)?$/;

/**
 * Finds the messages of an invalid batch where Route 53 tells them in the form that it has for this one error, which the SDK
 * doesn't know. Null where the answer is another one.
 */
export function findBatchMessages(body: string): readonly string[] | null {
  if (!/<InvalidChangeBatch[\s>]/.test(body)) return null;
  return [...body.matchAll(/<Message>(.*?)<\/Message>/gs)].map(([, text = '']) =>
    text.replaceAll(/&(lt|gt|quot|apos|amp|#39|#34);/g, (_, name: string) => ENTITIES[name] ?? ''),
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  amp: '&',
  '#39': "'",
  '#34': '"',
};

/** Turns what the SDK throws into a problem, without anything of the credentials. */
export function readRoute53Fault(error: unknown): DnsProviderProblem {
  if (error instanceof RequestFailed) return error.problem;
  const { name, messages, status } = describeError(error);
  if (name === 'InvalidChangeBatch') return readInvalidBatch(messages);
  const text = messages.join(' ');
  const outcome = CLOCK_OFF.test(text) ? 'clock_off' : (OUTCOMES[name] ?? outcomeByStatus(status));
  return {
    outcome,
    detail: (outcome === 'forbidden' ? nameAction(text) : `${name}: ${text}`).slice(0, MOST_CHARACTERS),
  };
}

function outcomeByStatus(status: number | undefined): DnsProviderFault {
  if (status === undefined || status < 400) return 'bad_answer';
  if (status >= 500) return 'unavailable';
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 429) return 'throttled';
  return status === 404 ? 'no_such_zone' : 'refused_record';
}

/** Says which action a policy has to allow, in place of the user and account that the message names. */
function nameAction(message: string): string {
  const [, action, resource] = DENIED.exec(message) ?? [];
  if (action === undefined) return message;
  return `The policy doesn't allow ${action}${resource === undefined ? '' : ` on ${resource}`}.`;
}

/** What stands there isn't what the DELETE of our batch says, or something stands where it creates. */
const CHANGED =
  /but (?:it was not found|it already exists|the values provided do not match)|because a conflicting RRSet of type\s+CNAME/;
const NO_ROOM = /(?:limit|maximum).*(?:exceed|reached)|exceed.*(?:limit|maximum)/i;
const ABOUT = /\[name='(?<name>[^']+)', type='(?<type>[A-Z]+)'/;
const ABOUT_CONFLICT = /RRSet of type (?<type>[A-Z]+) with DNS name (?<name>\S+) /;

/** A batch is refused with a message for each change that can't be made. Nothing of it was. */
export function readInvalidBatch(messages: readonly string[]): DnsProviderProblem {
  const [told = ''] = [CHANGED, NO_ROOM].map((kind) => messages.find((each) => kind.test(each))).filter(Boolean);
  const message = told === '' ? messages.join(' ') : told;
  const outcome = CHANGED.test(told) ? 'changed' : told === '' ? 'refused_record' : 'quota';
  const { name, type: found } = (ABOUT.exec(message) ?? ABOUT_CONFLICT.exec(message))?.groups ?? {};
  const type = READ_TYPES.find((each) => each === found);
  return {
    outcome,
    detail: message.slice(0, MOST_CHARACTERS),
    ...(name !== undefined && type !== undefined && { about: { name: parseName(name), type } }),
  };
}

function describeError(error: unknown): { name: string; messages: readonly string[]; status: number | undefined } {
  if (!(error instanceof Error)) return { name: 'Error', messages: [], status: undefined };
  const { messages, $metadata } = error as Error & { messages?: unknown; $metadata?: { httpStatusCode?: number } };
  // Some errors have a list of messages of their own, and the others one text, in brackets where it is several.
  const listed = Array.isArray(messages) && messages.length > 0 ? messages.map(String) : splitMessages(error.message);
  const tidy = listed.map((each) => each.replaceAll(/\s+/g, ' ').trim()).filter((each) => each !== '');
  return { name: error.name, messages: tidy, status: $metadata?.httpStatusCode };
}

function splitMessages(text: string): readonly string[] {
  const inside = /^\[(.*)\]$/s.exec(text.trim())?.[1];
  return inside === undefined ? [text] : inside.split(/,\s+(?=Tried to|RRSet of|Invalid|Duplicate|The request)/);
}
