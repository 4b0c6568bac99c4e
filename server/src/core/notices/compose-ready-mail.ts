import { findUnicodeName } from '../names/unicode-name.ts';
import type { ComposedMail } from './compose-mail.ts';
import { type Block, cleanLine, formatHtml, formatText } from './mail-body.ts';

/** What somebody is told who published a domain's records. */
export interface ReadyDomain {
  readonly domainName: string;
  readonly projectName: string;
  /** Where they go on; null where that leads nowhere. */
  readonly returnUrl: string | null;
}

const MAX_NAME = 60;
const MAX_SUBJECT = 150;

/** Writes the one email that tells somebody without an account that the records they published are in place. */
export function composeReadyMail({ domainName, projectName, returnUrl }: ReadyDomain): ComposedMail {
  const unicodeName = findUnicodeName(domainName);
  const domain = unicodeName === null ? domainName : `${unicodeName} (${domainName})`;
  const project = `“${cleanLine(projectName, MAX_NAME).replaceAll('`', "'")}”`;
  const body: Block[] = [
    { kind: 'paragraph', text: `The DNS records of ${domain} are in place, and ${project} can send email from it.` },
    {
      kind: 'paragraph',
      text: 'Keep the records, even if they look unused. If you move your DNS to another provider, copy them over first.',
    },
    ...(returnUrl === null
      ? []
      : [{ kind: 'link', label: `Back to ${new URL(returnUrl).host}`, url: returnUrl } as const]),
    {
      kind: 'footer',
      blocks: [
        {
          kind: 'paragraph',
          text: `This address was entered on the page with the records of ${domain}. If that wasn’t you, there’s nothing to do: this is the only email, and we’ve forgotten the address.`,
        },
      ],
    },
  ];
  return {
    subject: cleanLine(`${domain} is ready to send email`, MAX_SUBJECT),
    text: formatText(body),
    html: formatHtml(body),
  };
}
