import { checkReply, type TestApp, type TestReply } from '../app.ts';

/** Tries to sign in from an address, in a browser with these headers. */
export async function signInFrom(
  { app, ctx }: TestApp,
  address: string,
  body: { readonly email: string; readonly password: string },
  headers: Readonly<Record<string, string>> = {},
): Promise<TestReply> {
  const response = await app.inject({
    method: 'POST',
    url: '/api/session',
    remoteAddress: address,
    headers: { origin: ctx.publicUrl, 'content-type': 'application/json', ...headers },
    payload: JSON.stringify(body),
  });
  return checkReply({ status: response.statusCode, headers: response.headers, text: response.payload });
}
