import type { CallToolResult, McpServer } from '@modelcontextprotocol/server';
import type { z } from 'zod';
import { AutosendError } from '../autosend-error.ts';
import type { AutosendDomains } from '../client.ts';

/** What a tool does to the world, as clients are told. */
type Annotations = {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
};

/** A tool: what it says of itself, and what it does by the API. */
export interface Tool {
  readonly name: string;
  /** Whether a key that only reads may call it. */
  readonly isReading: boolean;
  register(server: McpServer, client: AutosendDomains, access: { readonly mayChange: boolean }): void;
}

/** Only reads what is stored. */
export const READS: Annotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};

/** Defines a tool. Its output is checked against its schema before it leaves. */
export function defineTool<I extends z.ZodObject, O extends z.ZodObject>(tool: {
  readonly name: string;
  readonly title: string;
  /** What it does, its side effects, and what a repeat does. */
  readonly description: string;
  readonly annotations: Annotations;
  readonly input: I;
  /** For keys that only read, where they may give less. */
  readonly readingInput?: z.ZodObject;
  readonly output: O;
  run(client: AutosendDomains, input: z.output<I>): Promise<z.input<O>>;
}): Tool {
  const { name, title, description, annotations } = tool;
  return {
    name,
    isReading: annotations.readOnlyHint,
    register(server, client, { mayChange }) {
      const inputSchema = mayChange ? tool.input : (tool.readingInput ?? tool.input);
      server.registerTool(
        name,
        { title, description, annotations: { title, ...annotations }, inputSchema, outputSchema: tool.output },
        async (input): Promise<CallToolResult> => {
          try {
            const structuredContent = await tool.run(client, tool.input.parse(input));
            return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
          } catch (error) {
            if (!(error instanceof AutosendError)) throw error;
            return { content: [{ type: 'text', text: describeError(error) }], isError: true };
          }
        },
      );
    },
  };
}

function describeError({ code, message, details, retryAfterSeconds, requestId }: AutosendError): string {
  return [
    `${code}: ${message}`,
    ...details.map((detail) => `${detail.field}: ${detail.message}`),
    ...(retryAfterSeconds === undefined ? [] : [`Try again in ${retryAfterSeconds} seconds.`]),
    ...(requestId === undefined ? [] : [`Request ${requestId}`]),
  ].join('\n');
}
