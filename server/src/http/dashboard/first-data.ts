import type { FastifyReply, FastifyRequest } from 'fastify';
import { type FirstCall, formatCallPath, LAST_PROJECT_COOKIE, listFirstCalls } from '../../core/first-calls.ts';

/** Answers a call of the dashboard's API for whoever sent this request, with the checks of the call itself. */
export type AskCall = (request: FastifyRequest, reply: FastifyReply, asked: FirstCall) => Promise<unknown>;

/**
 * Makes the data block of a page: the answers that it asks for first, by address, as JSON for a `<script>` that isn't
 * executed. Null where there are none: the page asks by itself then, and says what is wrong.
 */
export async function buildFirstData(
  ask: AskCall,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string | null> {
  if (request.url.includes('?')) return null;
  const answers: Record<string, unknown> = {};
  for (const asked of listFirstCalls(decodePath(request.url), readLastProject(request.headers.cookie)))
    try {
      const url = formatCallPath(asked.call.slice('GET '.length), asked.params, asked.query);
      answers[url] = await ask(request, reply, asked);
    } catch {
      // Whatever is refused or fails is asked for again by the page, which has the words for it.
      break;
    }
  if (Object.keys(answers).length === 0) return null;
  // HTML §4.12.1.3: nothing in it may look like the end of the element, or like a comment.
  return JSON.stringify(answers).replaceAll('<', '\\u003c');
}

function decodePath(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return '';
  }
}

function readLastProject(cookies = ''): string | null {
  for (const pair of cookies.split(';')) {
    const [name, value] = pair.trim().split('=');
    if (name === LAST_PROJECT_COOKIE && value !== undefined) return value;
  }
  return null;
}
