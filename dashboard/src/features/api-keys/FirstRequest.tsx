import { CodeSample } from '../../components/text/CodeSample.tsx';

/** A request to try a key with, ready to be pasted, and where to read on. @param apiKey left out, the variable of the file in which a key is downloaded */
export function FirstRequest({ apiKey = '$AUTOSEND_API_KEY' }: { apiKey?: string }) {
  const command = formatFirstRequest(location.origin, apiKey);
  return (
    <div className="mt-4 flex flex-col gap-2">
      <p className="text-small text-muted">
        Add a domain from the command line, or go{' '}
        <a href="/docs/guide/first-domain" className="font-medium text-accent underline underline-offset-2">
          step by step
        </a>
        .
      </p>
      <CodeSample text={command} what="the command" />
    </div>
  );
}

function formatFirstRequest(origin: string, apiKey: string): string {
  return [
    `curl ${origin}/v1/domains`,
    `-H "Authorization: Bearer ${apiKey}"`,
    `-H 'Content-Type: application/json'`,
    `-d '{"domain":"example.com"}'`,
  ].join(' \\\n  ');
}
