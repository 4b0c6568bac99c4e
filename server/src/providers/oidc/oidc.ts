import type * as client from 'openid-client';
import type { Identity, IdentityProvider } from '../../core/access/identity-provider.ts';
import { AppError } from '../../core/errors.ts';

/*
 * Single sign-on by OpenID Connect Core 1.0: the code flow with PKCE (RFC 7636), state and nonce. `openid-client` checks the
 * ID token: signature, issuer, audience, times, nonce. It is loaded, and the provider asked for its addresses and keys, at the
 * first sign-in.
 */

const TIMEOUT_SECONDS = 10;
const SCOPE = 'openid email profile';
/** Methods by which the provider made sure with a second factor, or with a device and its owner's gesture (RFC 8176 §2). */
const STRONG_METHODS = ['mfa', 'hwk', 'otp', 'swk', 'fpt', 'face'];

/** What the operator has from their provider. */
export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Creates the provider. Nothing is asked before the first sign-in. */
export function createOidcProvider({ issuer, clientId, clientSecret }: OidcSettings): IdentityProvider {
  let loading: Promise<Loaded> | undefined;
  const load = (): Promise<Loaded> => {
    loading ??= discover(issuer, clientId, clientSecret).catch((error: unknown) => {
      // The next sign-in asks again.
      loading = undefined;
      throw error;
    });
    return loading;
  };
  return {
    issuer,
    async createSecrets() {
      const oidc = await import('openid-client');
      return { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() };
    },
    buildUrl: (secrets, redirectUri, isAskedAnew) =>
      orUnavailable(async () => {
        const { oidc, config } = await load();
        const url = oidc.buildAuthorizationUrl(config, {
          redirect_uri: redirectUri,
          scope: SCOPE,
          state: secrets.state,
          nonce: secrets.nonce,
          code_challenge: await oidc.calculatePKCECodeChallenge(secrets.verifier),
          code_challenge_method: 'S256',
          ...(isAskedAnew && { prompt: 'login', max_age: '0' }),
        });
        return url.href;
      }),
    readAnswer: (secrets, answeredUrl, maxAgeSeconds) =>
      orUnavailable(async () => {
        const { oidc, config } = await load();
        const tokens = await oidc.authorizationCodeGrant(config, new URL(answeredUrl), {
          expectedState: secrets.state,
          expectedNonce: secrets.nonce,
          pkceCodeVerifier: secrets.verifier,
          idTokenExpected: true,
          ...(maxAgeSeconds !== undefined && { maxAge: maxAgeSeconds }),
        });
        const claims = tokens.claims();
        if (!claims) throw new AppError('UNAUTHORIZED', 'The sign-in provider sent no ID token.');
        // Some providers say the address to whoever asks, and not in the token (OpenID Connect Core §5.4).
        const more =
          claims.email === undefined && config.serverMetadata().userinfo_endpoint !== undefined
            ? await oidc.fetchUserInfo(config, tokens.access_token, claims.sub)
            : {};
        return toIdentity({ ...more, ...claims });
      }),
  };
}

interface Loaded {
  readonly oidc: typeof client;
  readonly config: client.Configuration;
}

async function discover(issuer: string, clientId: string, clientSecret: string): Promise<Loaded> {
  const oidc = await import('openid-client');
  const url = new URL(issuer);
  // Only loopback gets here without TLS: config.ts refuses everything else.
  const execute = url.protocol === 'http:' ? [oidc.allowInsecureRequests] : [];
  const found = await oidc.discovery(url, clientId, clientSecret, undefined, { execute, timeout: TIMEOUT_SECONDS });
  const server = found.serverMetadata();
  // Where the provider names none, it takes this one (OpenID Connect Discovery §3).
  const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const authenticate = methods.includes('client_secret_basic') ? oidc.ClientSecretBasic : oidc.ClientSecretPost;
  const config = new oidc.Configuration(server, clientId, clientSecret, authenticate(clientSecret));
  config.timeout = TIMEOUT_SECONDS;
  for (const change of execute) change(config);
  // Over TLS the package would take the ID token's word without its signature (OpenID Connect Core §3.1.3.7, 6).
  oidc.enableNonRepudiationChecks(config);
  return { oidc, config };
}

function toIdentity(claims: Readonly<Record<string, unknown>>): Identity {
  const text = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? value.trim() : null);
  const methods = Array.isArray(claims.amr) ? claims.amr : [];
  return {
    issuer: String(claims.iss),
    subject: String(claims.sub),
    name: text(claims.name) ?? text(claims.preferred_username),
    email: text(claims.email)?.toLowerCase() ?? null,
    isEmailVerified: claims.email_verified === true,
    hasSecondFactor: methods.some((method) => STRONG_METHODS.includes(String(method))),
  };
}

/** Network trouble is the provider's, everything else is no proof. */
async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    if (isAway(cause))
      throw new AppError('SERVICE_UNAVAILABLE', 'The sign-in provider does not answer. Try again later.', {
        cause,
        retryAfterSeconds: 10,
      });
    throw new AppError('UNAUTHORIZED', 'The sign-in provider did not confirm who you are.', { cause });
  }
}

function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  // fetch says "failed"; the package says that it waited, or that the answer was none of this protocol.
  return error instanceof TypeError || ['OAUTH_TIMEOUT', 'OAUTH_RESPONSE_IS_NOT_CONFORM'].includes(code);
}
