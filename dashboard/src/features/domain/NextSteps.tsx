import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Diagnostics, Domain } from '../../api/domains.ts';
import { Card } from '../../components/Card.tsx';
import { CodeSample } from '../../components/text/CodeSample.tsx';
import { Fold } from './Fold.tsx';

const DAY_MS = 86_400_000;
/** So long after it was verified, somebody may still be about to send the first message. */
const NEW_DAYS = 7;

/** Whether a domain was verified so recently that sending is what comes next. */
export function isNewlyVerified({ verifiedAt }: Pick<Domain, 'verifiedAt'>, now: number): boolean {
  return verifiedAt !== undefined && now - Date.parse(verifiedAt) < NEW_DAYS * DAY_MS;
}

/** What to do with a domain that can send: the ways to send from it, and what has to stay as it is. */
export function NextSteps({
  projectId,
  domain,
  provider,
}: {
  projectId: string;
  domain: Domain;
  /** What sends for the domain's region; undefined where nothing does. */
  provider: Diagnostics['provider'] | undefined;
}) {
  const name = domain.unicodeName ?? domain.domainName;
  return (
    <Card title={`Send from ${name}`}>
      <p className="max-w-prose border-b border-hairline px-4 py-3 text-muted">
        Any address at {name} can be the sender. Choose how your mail goes out.
      </p>
      <Way title="From your app, with the API">
        <p>
          Send us each message before it goes out, put the signature from the response in front of it, and hand it to
          any SMTP server.
        </p>
        <CodeSample text={formatSignRequest(domain.id)} what="the request that signs" />
        <More href="/docs/signing">How signing works</More>
      </Way>
      <Way title="From your own mail server">
        <p>
          Postfix with OpenDKIM or rspamd signs every message automatically once it has the keys. Create an{' '}
          <Link to="/projects/$projectId/api-keys" params={{ projectId }} className={LINK}>
            API key
          </Link>{' '}
          with the permission “Mail server”, save it on that server, and run this there. It keeps the keys up to date,
          through every rotation.
        </p>
        <CodeSample text={formatExportCommand()} what="the command for your mail server" />
        <More href="/docs/mail-servers">How to set up your mail server</More>
      </Way>
      <Way title={provider ? `With ${provider.title}` : 'With a sending provider'}>
        <p>{describeProvider(domain, provider)}</p>
        <More href="/docs/providers">How providers are connected</More>
      </Way>
      <Way title="What to keep">
        <ul className="flex list-disc flex-col gap-1 pl-5">
          <li>Keep the DNS records, even if they look unused. We check them every few hours.</li>
          <li>Before you move to another DNS provider, copy the records over.</li>
          <li>
            If a required record goes missing, the domain becomes “At risk”.{' '}
            <Link to="/projects/$projectId/webhooks" params={{ projectId }} className={LINK}>
              Webhooks
            </Link>{' '}
            tell your systems at once.
          </li>
        </ul>
      </Way>
    </Card>
  );
}

const LINK = 'text-accent underline underline-offset-2';

function Way({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Fold title={title}>
      <div className="flex max-w-prose flex-col gap-3 px-4 pb-4 text-muted">{children}</div>
    </Fold>
  );
}

function More({ href, children }: { href: string; children: string }) {
  return (
    <p>
      <a href={href} className={`inline-flex items-center max-md:min-h-11 ${LINK}`}>
        {children}
      </a>
    </p>
  );
}

function describeProvider({ regionKey }: Pick<Domain, 'regionKey'>, provider: Diagnostics['provider'] | undefined) {
  if (!provider)
    return `No sending provider is connected for ${regionKey} yet. Once your administrator connects one, every domain is set up there automatically.`;
  const { title, region, verifiedForSending } = provider;
  return verifiedForSending
    ? `${title} in ${region} has this domain and its DKIM key. Send through its API or SMTP endpoint as you do now; it signs each message.`
    : `${title} in ${region} has this domain but hasn’t finished checking it. Its status is shown below.`;
}

function formatSignRequest(domainId: string): string {
  return [
    `curl ${location.origin}/v1/domains/${domainId}/sign`,
    '-H "Authorization: Bearer $AUTOSEND_API_KEY"',
    "-H 'Content-Type: message/rfc822'",
    '--data-binary @message.eml',
  ].join(' \\\n  ');
}

function formatExportCommand(): string {
  return [
    'npx autosend mta export',
    `--from ${location.origin}`,
    '--api-key-file /etc/autosend/mail-server.key',
    '--format opendkim --out /etc/opendkim/autosend --watch',
  ].join(' \\\n  ');
}
