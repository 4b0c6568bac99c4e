import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** Somebody with an account at the provider. */
export interface ProviderPerson {
  readonly sub: string;
  readonly name?: string;
  readonly email?: string;
  readonly email_verified?: boolean;
}

/** A real provider of OpenID Connect on a free port of loopback, where whoever is asked for signs in at once. */
export interface TestProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Signs this person in at the next round. */
  next(person: ProviderPerson, amr?: readonly string[]): void;
  /** Goes the way of a browser from the address that the service built to the one that it comes back to. */
  follow(url: string): Promise<string>;
  close(): Promise<void>;
}

/** Starts a provider that knows one client, whose answers go to `redirectUri`. */
export async function startIdentityProvider(redirectUri: string): Promise<TestProvider> {
  const [clientId, clientSecret] = ['autosend', 'a secret of the client'];
  const people = new Map<string, ProviderPerson>();
  let coming: { person: ProviderPerson; amr: readonly string[] } | undefined;
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
    claims: { openid: ['sub', 'amr'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['only for tests'] },
    pkce: { required: () => true },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_context: unknown, sub: string) => ({
      accountId: sub,
      claims: async () => ({ ...people.get(sub), sub }),
    }),
  });
  const callback = provider.callback();
  server.on('request', async (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return void callback(request, response);
    try {
      const { prompt, params, grantId } = await provider.interactionDetails(request, response);
      assert.ok(coming, 'nobody was told to sign in');
      const { person, amr } = coming;
      if (prompt.name === 'login') {
        const login = { accountId: person.sub, amr: [...amr], ts: Math.floor(Date.now() / 1000) };
        return void (await provider.interactionFinished(
          request,
          response,
          { login },
          { mergeWithLastSubmission: false },
        ));
      }
      const grant = grantId
        ? await provider.Grant.find(grantId)
        : new provider.Grant({ accountId: person.sub, clientId: String(params.client_id) });
      grant?.addOIDCScope('openid email profile');
      const consent = { grantId: await grant?.save() };
      await provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  return {
    issuer,
    clientId,
    clientSecret,
    next(person, amr = []) {
      people.set(person.sub, person);
      coming = { person, amr };
    },
    async follow(url) {
      const jar = new Map<string, string>();
      let at = url;
      for (let step = 0; step < 10; step += 1) {
        const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
        const reply = await fetch(at, { redirect: 'manual', headers: { cookie } });
        for (const line of reply.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          jar.set(name, value);
        }
        const location = reply.headers.get('location');
        assert.ok(location, `${at}: ${reply.status} ${await reply.text()}`);
        at = new URL(location, at).href;
        if (at.startsWith(redirectUri)) return at;
      }
      return assert.fail('the provider goes round in circles');
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
