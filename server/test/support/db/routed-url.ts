import pg from 'pg';

/** The address of a database by way of a port on loopback. */
export function buildRoutedUrl(databaseUrl: string, port: number): string {
  const { user = '', password, database = '' } = new pg.Client({ connectionString: databaseUrl });
  const routed = new URL('postgresql://127.0.0.1');
  Object.assign(routed, { username: user, password: password ?? '', port: String(port), pathname: `/${database}` });
  return routed.href;
}
