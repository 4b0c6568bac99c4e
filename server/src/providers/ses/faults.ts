import type { ProviderFault } from '../../core/sending-providers/identity.ts';
import type { ProviderRefusal } from '../../core/sending-providers/sending-provider.ts';

// The names of the service's own errors and of the common errors of AWS.
const OUTCOMES: Readonly<Record<string, ProviderRefusal['outcome']>> = {
  NotFoundException: 'absent',
  AlreadyExistsException: 'exists',
  TooManyRequestsException: 'throttled',
  ThrottlingException: 'throttled',
  Throttling: 'throttled',
  RequestLimitExceeded: 'throttled',
  SlowDown: 'throttled',
  // Somebody else changes the same identity at this moment.
  ConcurrentModificationException: 'throttled',
  AccessDenied: 'unauthorized',
  AccessDeniedException: 'unauthorized',
  NotAuthorized: 'unauthorized',
  InvalidClientTokenId: 'unauthorized',
  UnrecognizedClientException: 'unauthorized',
  InvalidSignatureException: 'unauthorized',
  SignatureDoesNotMatch: 'unauthorized',
  IncompleteSignature: 'unauthorized',
  MissingAuthenticationToken: 'unauthorized',
  OptInRequired: 'unauthorized',
  ExpiredToken: 'unauthorized',
  ExpiredTokenException: 'unauthorized',
  RequestExpired: 'unauthorized',
  // The chain found no credentials.
  CredentialsProviderError: 'unauthorized',
  TokenProviderError: 'unauthorized',
  InternalServiceErrorException: 'unreachable',
  InternalFailure: 'unreachable',
  ServiceUnavailable: 'unreachable',
  AbortError: 'unreachable',
  TimeoutError: 'unreachable',
};
const MOST_CHARACTERS = 300;
// A validation error of AWS repeats what was sent, which may be the private key.
const LONG_BASE64 = /[A-Za-z0-9+/=_-]{32,}/g;

/** Turns what the SDK throws into a value, without anything of what was sent. */
export function readSesError(error: unknown): ProviderRefusal {
  const { name, message, status, errno } = describeFault(error);
  const outcome = OUTCOMES[name] ?? byStatus(status, errno);
  if (outcome === 'absent' || outcome === 'exists') return { outcome };
  const text = message.replaceAll(/\s+/g, ' ').replaceAll(LONG_BASE64, '…').slice(0, MOST_CHARACTERS);
  return { outcome, detail: text === '' ? name : `${name}: ${text}` };
}

function byStatus(status: number | undefined, errno: boolean): ProviderFault {
  if (status === 429) return 'throttled';
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === undefined) return errno ? 'unreachable' : 'refused';
  return status >= 500 ? 'unreachable' : 'refused';
}

function describeFault(error: unknown) {
  if (!(error instanceof Error)) return { name: 'Error', message: '', status: undefined, errno: false };
  const more = error as Error & { $metadata?: { httpStatusCode?: number }; code?: unknown };
  return {
    name: error.name,
    message: error.message,
    status: more.$metadata?.httpStatusCode,
    // ECONNREFUSED, ENOTFOUND, ECONNRESET …: nobody answered.
    errno: typeof more.code === 'string' && /^E[A-Z_]+$/.test(more.code),
  };
}
