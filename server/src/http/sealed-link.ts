import type { Context } from '../services/context.ts';

// The address of a link is a secret, of which only the hash is stored. A repeat of the request that made it has to answer it
// again for a day: so long it is kept sealed, bound to the project and the Idempotency-Key.

/** Seals the address of a link for the answer that is stored. */
export function sealLink({ secretBox }: Pick<Context, 'secretBox'>, url: string, request: RequestKey): string {
  return secretBox.seal(Buffer.from(url), contextOf(request)).toString('base64');
}

/** Opens it again. */
export function openLink({ secretBox }: Pick<Context, 'secretBox'>, sealed: string, request: RequestKey): string {
  return secretBox.open(Buffer.from(sealed, 'base64'), contextOf(request)).toString();
}

type RequestKey = { readonly projectId: string; readonly key: string };

function contextOf({ projectId, key }: RequestKey): string {
  return `idempotency_keys/${projectId}/${key}`;
}
