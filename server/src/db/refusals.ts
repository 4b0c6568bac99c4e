import { listCauses } from './failures.ts';

/** The words of `pg` errors that an operator can act on, by what PostgreSQL and PgBouncer call them. */
const REFUSALS: readonly { readonly code: string; readonly text: RegExp; readonly advice: string }[] = [
  {
    code: '53300',
    text: /./,
    advice:
      "PostgreSQL has no connection left for this node. Raise its max_connections (or the limit of the role or database), lower AUTOSEND_DATABASE_CONNECTIONS, or put PgBouncer in between: docs/operations.md, 'Connections'.",
  },
  {
    code: '08P01',
    text: /max_client_conn|no more connections/i,
    advice:
      "The pooler has no connection left for this node. Raise its max_client_conn, or lower AUTOSEND_DATABASE_CONNECTIONS: docs/operations.md, 'Connections'.",
  },
  {
    code: '08P01',
    text: /unsupported startup parameter/i,
    advice:
      "The pooler doesn't accept the startup parameters in AUTOSEND_DATABASE_URL. Remove 'options' and any other settings there, or list them in the pooler's ignore_startup_parameters.",
  },
  {
    code: '08P01',
    text: /statement pooling mode/i,
    advice:
      "The pooler is in statement mode, which allows no transactions. Set pool_mode = transaction for this database: docs/operations.md, 'PgBouncer'.",
  },
  {
    code: '08P01',
    text: /authentication failed|no such user/i,
    advice: 'The pooler rejects the user or the password in AUTOSEND_DATABASE_URL.',
  },
  {
    code: '08P01',
    text: /does not exist|no such database/i,
    advice: 'The pooler, or PostgreSQL behind it, has no database of the name in AUTOSEND_DATABASE_URL.',
  },
];

/** Says what an operator can do where PostgreSQL, or a pooler before it, refused a connection; null where it was something else. */
export function explainRefusal(error: unknown): string | null {
  for (const { code, message } of listCauses(error)) {
    const found = REFUSALS.find((refusal) => refusal.code === code && refusal.text.test(message));
    if (found) return found.advice;
  }
  return null;
}
