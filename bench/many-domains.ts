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

/** The same after checks, with the evidence of the last one, in an order that has nothing to do with that of the times. */
export async function addCheckedCopies(databaseUrl: string, count: number): Promise<void> {
  await addCopies(databaseUrl, count);
  await withConnection(databaseUrl, async (client) => {
    await client.query(
      `INSERT INTO checks (domain_id, checked_at, evidence) SELECT left(md5('d' || n), 24), one.checked_at, one.evidence
       FROM (SELECT * FROM checks ORDER BY domain_id LIMIT 1) AS one, generate_series(1, $1::int) AS n`,
      [count],
    );
    // By their ids, which are by chance, those that are due stand among the others.
    for (const [table, key] of [
      ['domains', 'domains_pkey'],
      ['checks', 'checks_pkey'],
      ['dkim_keys', 'dkim_keys_pkey'],
    ])
      await client.query(`CLUSTER ${table} USING ${key}`);
    await client.query('VACUUM (ANALYZE)');
  });
}
