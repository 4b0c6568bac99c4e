import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { AutosendDomains } from '../client.ts';
import { buildMcpServer } from './server.ts';

/** Serves MCP on standard input and output until the other side closes them. Nothing else may be written to standard output. */
export async function serveMcpOnStdio(client: AutosendDomains, version: string): Promise<void> {
  const { permission } = await client.apiKey();
  const access = { version, mayChange: permission === 'full_access' };
  serveStdio(() => buildMcpServer(client, access));
}
