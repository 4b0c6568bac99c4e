import { AsyncLocalStorage } from 'node:async_hooks';
import type { UserId } from '../../core/ids.ts';
import { hashPassword, verifyPassword } from '../../crypto/passwords.ts';
import type { Database } from '../../db/client.ts';
import { createAuthStore } from '../../db/queries/auth-store.ts';
import type { Authentication, Visitor } from '../ports.ts';

const SESSION_SECONDS = 30 * 86_400;
const PROLONG_AFTER_SECONDS = 86_400;
const ADDRESS_HEADER = 'x-autosend-address';

/**
 * Creates the authentication. better-auth takes 200 ms to load, so it is loaded at the first request that needs it and
 * not at the start. Only its functions are used; its own HTTP handler is not mounted.
 */
export function createAuthentication(options: {
  db: Database;
  /** At least 32 characters; signs the cookies. */
  secret: string;
  publicUrl: string;
  createId(): string;
}): Authentication {
  let loading: Promise<Auth> | undefined;
  const load = (): Promise<Auth> => {
    loading ??= loadAuth(options).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  const run = async <T>(visitor: Visitor, call: (auth: Auth, headers: Headers) => Promise<T>): Promise<T> => {
    const auth = await load();
    const attempt: Attempt = { storeError: null };
    try {
      return await attempts.run(attempt, () => call(auth, toHeaders(visitor)));
    } catch (error) {
      // better-auth hides what the database said behind an error of its own; ours tells "away" from "wrong".
      throw attempt.storeError ?? error;
    }
  };

  return {
    signIn: (visitor, { email, password }) =>
      run(visitor, async ({ api }, headers) => {
        const answer = await orNull(
          [401],
          api.signInEmail({ body: { email, password }, headers, returnHeaders: true }),
        );
        return answer && { cookies: answer.headers.getSetCookie() };
      }),
    findPerson: (visitor) =>
      run(visitor, async ({ api }, headers) => {
        const { headers: set, response } = await api.getSession({ headers, returnHeaders: true });
        const person = response && {
          userId: response.user.id as UserId,
          sessionId: response.session.id,
          name: response.user.name,
          email: response.user.email,
          isInstanceOwner: response.user.isInstanceOwner === true,
        };
        return { person, cookies: set.getSetCookie() };
      }),
    signOut: (visitor) =>
      run(visitor, async ({ api }, headers) => {
        const { headers: set } = await api.signOut({ headers, returnHeaders: true });
        return { cookies: set.getSetCookie() };
      }),
    changePassword: (visitor, body) =>
      run(visitor, async ({ api }, headers) => {
        const call = api.changePassword({ body: { ...body, revokeOtherSessions: true }, headers, returnHeaders: true });
        const answer = await orNull([400], call);
        return answer && { cookies: answer.headers.getSetCookie() };
      }),
  };
}

/** What went wrong in the database during one call. */
interface Attempt {
  storeError: unknown;
}
const attempts = new AsyncLocalStorage<Attempt>();

type Auth = Awaited<ReturnType<typeof loadAuth>>;

async function loadAuth({ db, secret, publicUrl, createId }: Parameters<typeof createAuthentication>[0]) {
  // "minimal" is better-auth without Kysely, which it would load for databases of its own.
  const [{ betterAuth }, { createAdapterFactory }] = await Promise.all([
    import('better-auth/minimal'),
    import('better-auth/adapters'),
  ]);
  type Options = Parameters<ReturnType<typeof createAdapterFactory>>[0];
  const config = { adapterId: 'autosend', adapterName: 'AutoSend', supportsJSON: true };
  return betterAuth({
    appName: 'AutoSend Domains',
    baseURL: publicUrl,
    secret,
    database: (authOptions: Options) =>
      createAdapterFactory({
        config: {
          ...config,
          transaction: (work) =>
            db.transaction((tx) =>
              work(createAdapterFactory({ config, adapter: () => noteFailures(createAuthStore(tx)) })(authOptions)),
            ),
        },
        adapter: () => noteFailures(createAuthStore(db)),
      })(authOptions),
    emailAndPassword: {
      enabled: true,
      minPasswordLength: 12,
      maxPasswordLength: 200,
      password: { hash: hashPassword, verify: ({ hash, password }) => verifyPassword(hash, password) },
    },
    // Not from outside: the first account and invitations make it (services/people/setup.ts, services/people/invitations.ts).
    user: { additionalFields: { isInstanceOwner: { type: 'boolean', input: false, required: false } } },
    session: { expiresIn: SESSION_SECONDS, updateAge: PROLONG_AFTER_SECONDS },
    advanced: {
      // "__Host-": no other host of the same site can set or read it (RFC 6265bis §4.1.3.2). Its own switch for secure cookies
      // would write "__Secure-", which leaves them that.
      cookiePrefix: publicUrl.startsWith('https:') ? '__Host-autosend' : 'autosend',
      useSecureCookies: false,
      defaultCookieAttributes: { secure: publicUrl.startsWith('https:'), path: '/' },
      database: { generateId: createId },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER], ipv6Subnet: 128 },
    },
    // Attempts are counted in the database, by services/people/sign-in.ts.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    // Its lines hold what was typed.
    logger: { disabled: true },
  });
}

function noteFailures(store: ReturnType<typeof createAuthStore>): ReturnType<typeof createAuthStore> {
  return new Proxy(store, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver);
      if (typeof method !== 'function') return method;
      return async (...input: unknown[]) => {
        try {
          return await Reflect.apply(method, target, input);
        } catch (error) {
          const attempt = attempts.getStore();
          if (attempt) attempt.storeError = error;
          throw error;
        }
      };
    },
  });
}

function toHeaders({ cookie, address, userAgent }: Visitor): Headers {
  const headers = new Headers({ [ADDRESS_HEADER]: address });
  if (cookie !== undefined) headers.set('cookie', cookie);
  if (userAgent !== undefined) headers.set('user-agent', userAgent.slice(0, 300));
  return headers;
}

/** Null where better-auth refuses with one of these statuses. */
async function orNull<T>(statuses: readonly number[], call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
    if (typeof status === 'number' && statuses.includes(status)) return null;
    throw error;
  }
}
