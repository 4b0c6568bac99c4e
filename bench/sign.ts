import { createPrivateKey, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { createDkimKey } from '../server/src/crypto/dkim-keys.ts';
import { sql } from '../server/src/db/drizzle.ts';
import { createDomain } from '../server/src/services/domains/domains.ts';
import { createProject } from '../server/src/services/projects/projects.ts';
import { signMessage } from '../server/src/services/signing/sign-message.ts';
import { startBenchService } from './bench-service.ts';
import { alternate, type BenchOptions, compare, type Row, workThrough } from './figure.ts';

const MESSAGES = 2_000;
const AT_ONCE = 8;
const MESSAGE_OCTETS = 10 * 1024;

const signInPool = promisify(sign);

/** Messages of 10 KB signed with RSA-2048 through the use case, database included, against bare signatures of the same size in the same thread pool. */
export async function measureSign({ repeats }: BenchOptions): Promise<Row[]> {
  const service = await startBenchService();
  try {
    const { ctx } = service;
    const project = await createProject(ctx, ctx.db, { name: 'bench' });
    const { id } = await createDomain(ctx, project, { domain: 'example.com' });
    await ctx.db.execute(sql`update domains set status = 'VERIFIED'`);
    const header = 'From: Ada <ada@example.com>\r\nTo: b@example.org\r\nSubject: Hello\r\n\r\n';
    const line = 'The quick brown fox jumps over the lazy dog, and then it rests for a while.\r\n';
    const message = Buffer.from(header + line.repeat(Math.ceil((MESSAGE_OCTETS - header.length) / line.length)));
    const { privateKeyDer } = await createDkimKey();
    const privateKey = createPrivateKey({ key: privateKeyDer, format: 'der', type: 'pkcs8' });
    const rates = await alternate(
      {
        ours: async () => {
          await workThrough(MESSAGES, AT_ONCE, async () => {
            const input = { message: pieceOf(message), expiresInSeconds: null };
            const headers = await signMessage(ctx, project.id, id, input);
            if (headers.length !== 1) throw new Error('A message was not signed.');
          });
          return MESSAGES;
        },
        bare: async () => {
          await workThrough(MESSAGES, AT_ONCE, async () => void (await signInPool('sha256', message, privateKey)));
          return MESSAGES;
        },
      },
      repeats,
    );
    return [
      compare({
        name: 'sign / bare RSA-2048',
        unit: 'messages/s',
        ours: rates.ours,
        reference: rates.bare,
        atLeast: 0.8,
      }),
    ];
  } finally {
    await service.close();
  }
}

async function* pieceOf(message: Buffer): AsyncIterable<Buffer> {
  yield message;
}
