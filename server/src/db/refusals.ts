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
      "The pooler takes no startup parameters of AUTOSEND_DATABASE_URL. Take 'options' and whatever else is set there out, or name it in the pooler's ignore_startup_parameters.",
  },
  {
    code: '08P01',
    text: /authentication failed|no such user/i,
    advice: 'The pooler refuses the user or the password of AUTOSEND_DATABASE_URL.',
  },
  {
    code: '08P01',
    text: /does not exist|no such database/i,
    advice: "The pooler knows no database of the name that AUTOSEND_DATABASE_URL has, or PostgreSQL doesn't.",
  },
];

/** Says what an operator can do where PostgreSQL, or a pooler before it, refused a connection; null where it was something else. */
export function explainRefusal(error: unknown): string | null {
  for (let e = error; e instanceof Error; e = e.cause) {
    const { message } = e;
    const code = 'code' in e ? e.code : undefined;
    const found = REFUSALS.find((refusal) => refusal.code === code && refusal.text.test(message));
    if (found) return found.advice;
  }
  return null;
}
