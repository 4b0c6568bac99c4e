// What a read cannot do without: Fastify, and one prepared SELECT by primary key. Run by read.ts as a process of its own.
import fastify from 'fastify';
import pg from 'pg';

const [url = '', port = ''] = process.argv.slice(2);
// As many connections as the service itself opens.
const pool = new pg.Pool({ connectionString: url, max: 10 });
const app = fastify();
app.get<{ Params: { id: string } }>('/domains/:id', async ({ params }) => {
  const { rows } = await pool.query({
    name: 'domain',
    text: 'SELECT id, name, status, created_at FROM domains WHERE id = $1',
    values: [params.id],
  });
  return { data: rows[0] };
});
await app.listen({ port: Number(port), host: '127.0.0.1' });
process.on('SIGTERM', () => process.exit(0));
