import { withConnection } from './database.ts';

/**
 * Copies the domain that was added last, with its key, until there are `count` more, due a day later. The copies' ids lie
 * between those of others, and their keys have no private half that could be opened.
 */
export async function addCopies(databaseUrl: string, count: number): Promise<void> {
  await withConnection(databaseUrl, async (client) => {
    const { rows } = await client.query<{ id: string }>('SELECT id FROM domains ORDER BY created_at DESC, id LIMIT 1');
    const of = [rows[0]?.id, count];
    await client.query(
      `INSERT INTO domains SELECT copy.* FROM domains AS one, generate_series(1, $2::int) AS n,
         jsonb_populate_record(one, jsonb_build_object('id', left(md5('d' || n), 24), 'name', 'copy' || n || '.example.net',
           'created_at', one.created_at - n * interval '1 s', 'next_check_at', now() + interval '1 day' + n * interval '1 ms')) AS copy WHERE one.id = $1`,
      of,
    );
    await client.query(
      `INSERT INTO dkim_keys SELECT copy.* FROM dkim_keys AS one, generate_series(1, $2::int) AS n,
         jsonb_populate_record(one, jsonb_build_object('id', left(md5('k' || n), 24), 'domain_id', left(md5('d' || n), 24),
           'domain_name', 'copy' || n || '.example.net', 'private_key_sealed', '')) AS copy WHERE one.domain_id = $1`,
      of,
    );
    await client.query('VACUUM (ANALYZE) domains, dkim_keys');
  });
}
