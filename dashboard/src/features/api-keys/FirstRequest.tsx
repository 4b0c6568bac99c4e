import { CopyButton } from '../../components/CopyButton.tsx';

/** A request to try a key with, ready to be pasted, and where to read on. @param apiKey left out, the variable of the file in which a key is downloaded */
export function FirstRequest({ apiKey = '$AUTOSEND_API_KEY' }: { apiKey?: string }) {
  const command = formatFirstRequest(location.origin, apiKey);
  return (
    <div className="mt-4 flex flex-col gap-2">
      <p className="text-small text-muted">
        Add a domain from the command line:{' '}
        <a href="/docs" className="font-medium text-accent underline-offset-4 hover:underline">
          API documentation
        </a>
      </p>
      <div className="flex items-start gap-1 rounded-control bg-sunken py-1 pr-1 pl-3">
        <pre className="min-w-0 flex-1 py-1.5 font-mono text-small break-all whitespace-pre-wrap">{command}</pre>
        <CopyButton value={command} what="the command" />
      </div>
    </div>
  );
}

function formatFirstRequest(origin: string, apiKey: string): string {
  return [
    `curl ${origin}/v1/domains`,
    `-H "Authorization: Bearer ${apiKey}"`,
    `-H 'Content-Type: application/json'`,
    `-d '{"domain":"example.com"}'`,
  ].join(' ');
}
