import type { AutosendDomains } from '../../../../../packages/sdk/src/public.ts';

/** What an example in TypeScript is given: the names that the reference uses. */
export interface Given {
  readonly autosend: AutosendDomains;
  readonly url: string;
  readonly key: string;
  readonly domainId: string;
  readonly webhookId: string;
  readonly deliveryId: string;
  readonly selector: string;
  readonly linkId: string;
  readonly connectionId: string;
  readonly planId: string;
}

/** How one call of the API is shown. */
export interface Example {
  /** What stands behind the path, such as `?limit=2`. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; text is the name of a file that is sent as it is. */
  readonly body?: object | string;
  /** Real code: it is type-checked, a test runs it, and its own text is what the reference shows. */
  readonly typescript: (given: Given) => Promise<unknown>;
  /** Of a call that may be answered before all is done: that answer, made of the one in the end. */
  readonly whileItGoesOn?: (answered: unknown) => unknown;
}

/** The text of an example, as somebody would write it: the body of its function. */
export function formatTypeScript({ typescript }: Example): string {
  const text = typescript.toString();
  const lines = text.slice(text.indexOf('{', text.indexOf('=>')) + 1, text.lastIndexOf('}')).split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents);
  return lines
    .map((line) => line.slice(indent).trimEnd())
    .join('\n')
    .trim();
}

/** What stands in a path, and the variable that has it in a shell. */
const VARIABLES: Readonly<Record<string, string>> = {
  domainId: '$ID',
  webhookId: '$WEBHOOK',
  deliveryId: '$DELIVERY',
  selector: '$SELECTOR',
  linkId: '$LINK',
  connectionId: '$CONNECTION',
};

/** A body for a shell: in the double quotes that variables need only where it has one. */
function quote(json: string): string {
  return json.includes('$') ? `"${json.replaceAll('"', '\\"')}"` : `'${json}'`;
}

/** The command that makes a call. */
export function formatCurl(method: string, path: string, { query = '', headers = {}, body }: Example): string {
  const address = `$URL${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => VARIABLES[name] ?? name)}${query}`;
  const isJson = typeof body === 'object';
  const parts = [
    `curl${path.endsWith('/stream') ? ' -N' : ''}${method === 'GET' ? '' : ` -X ${method}`} "${address}"`,
    ...(path.startsWith('/v1') ? ['-H "Authorization: Bearer $KEY"'] : []),
    ...Object.entries(headers).map(([name, value]) => `-H '${name}: ${value}'`),
    ...(isJson ? [`-H 'Content-Type: application/json'`, `-d ${quote(JSON.stringify(body))}`] : []),
    ...(typeof body === 'string' ? [`--data-binary @${body}`] : []),
  ];
  return parts.join(' \\\n  ');
}
