import { findUnicodeName } from '../names/unicode-name.ts';
import { FLAGS, type FlagName } from '../records/record.ts';
import { type Block, cleanLine, formatHtml, formatText } from './mail-body.ts';
import type { DisabledNotice, FallenNotice, MissingRecord, Notice } from './notice.ts';
import { NOTICE_TYPES, type NoticeType } from './notice-type.ts';

/** What an email says. */
export interface ComposedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Where the links of an email lead. */
export interface MailLinks {
  /** The address that people use, without a final slash. */
  readonly publicUrl: string;
  /** The page that asks whether the emails are to end. */
  readonly unsubscribeUrl: string;
}

/** So many of a kind are listed; an email must not grow with an outage. */
const MAX_LISTED = 50;
const MAX_FINDINGS = 3;
const MAX_SUBJECT = 150;
const MAX_NAME = 60;

/**
 * Writes an email: one notice with all that helps, several as a list.
 * @param notices at least one, oldest first
 */
export function composeMail(notices: readonly Notice[], links: MailLinks): ComposedMail {
  const [first, ...more] = notices;
  if (!first) throw new Error('An email without a notice has nothing to say.');
  const { subject, blocks } = more.length === 0 ? describeOne(first, links) : describeMany(notices, links);
  const body = [...blocks, buildFooter(notices, links)];
  return { subject: cleanLine(subject, MAX_SUBJECT), text: formatText(body), html: formatHtml(body) };
}

/** Writes an email that only shows that email works. */
export function composeTestMail(publicUrl: string): ComposedMail {
  const body: Block[] = [
    paragraph('Email from AutoSend Domains works. Notifications about domains and webhooks are sent the same way.'),
    { kind: 'link', label: 'Open the dashboard', url: publicUrl },
  ];
  return { subject: 'Test email from AutoSend Domains', text: formatText(body), html: formatHtml(body) };
}

interface Said {
  readonly subject: string;
  readonly blocks: readonly Block[];
}

function describeOne(notice: Notice, links: MailLinks): Said {
  switch (notice.type) {
    case 'domain.at_risk':
      return describeAtRisk(notice, links);
    case 'domain.failed':
      return describeFailed(notice, links);
    case 'domain.restored':
      return {
        subject: `${nameDomain(notice)} is verified again`,
        blocks: [
          paragraph(`All required records of ${nameDomain(notice)} are back.`),
          paragraph('It’s verified, and mail can be sent. There’s nothing left to do.'),
          linkTo(notice, links),
        ],
      };
    case 'webhook.disabled':
      return describeDisabled(notice, links);
  }
}

function describeAtRisk(notice: FallenNotice, links: MailLinks): Said {
  const { missing, deadlineAt } = notice;
  const name = nameDomain(notice);
  return {
    subject: `Action needed: ${name} is missing its ${nameFlags(missing)} ${records(missing)}`,
    blocks: [
      paragraph(`${name} is missing its ${nameFlags(missing)} ${records(missing)}.`),
      paragraph(
        `It still counts as verified, and mail is still being sent. Restore the ${records(missing)} by ${formatUtcMoment(deadlineAt)}, or sending will stop.`,
      ),
      ...describeRecords(notice.records),
      linkTo(notice, links),
    ],
  };
}

function describeFailed(notice: FallenNotice, links: MailLinks): Said {
  const { missing, deadlineAt, wasVerified } = notice;
  const name = nameDomain(notice);
  const what = `${nameFlags(missing)} ${records(missing)}`;
  return {
    subject: wasVerified ? `${name} is no longer verified` : `${name} couldn’t be verified`,
    blocks: [
      paragraph(
        wasVerified
          ? `The ${what} of ${name} ${missing.length === 1 ? 'wasn’t' : 'weren’t'} restored by ${formatUtcMoment(deadlineAt)}, so it can no longer send mail.`
          : `We didn’t find the ${what} of ${name} by ${formatUtcMoment(deadlineAt)}, so it can’t send mail.`,
      ),
      paragraph(
        'We check once a day and verify it automatically when the records are there. Check again on its page to try sooner.',
      ),
      ...describeRecords(notice.records),
      linkTo(notice, links),
    ],
  };
}

function describeDisabled(notice: DisabledNotice, links: MailLinks): Said {
  const { webhook, reason, failingSince, project } = notice;
  const hooks = new URL(webhook.url).host;
  return {
    subject: `A webhook to ${hooks} was disabled`,
    blocks: [
      paragraph(`We stopped sending the events of ${nameProject(project)} to \`${cleanLine(webhook.url, 300)}\`.`),
      paragraph(
        reason === 'gone'
          ? 'Its receiver answered 410, which asks us to stop.'
          : `No delivery has succeeded ${failingSince === null ? 'for five days' : `since ${formatUtcMoment(failingSince)}`}.`,
      ),
      paragraph('Fix the receiver and enable the webhook. What’s still waiting is sent then.'),
      linkTo(notice, links),
    ],
  };
}

/** What to publish, with what was found in its place. */
function describeRecords(missing: readonly MissingRecord[]): Block[] {
  return missing.flatMap(({ title, type, name, value, findings }): Block[] => [
    { kind: 'heading', text: title },
    ...findings
      .slice(0, MAX_FINDINGS)
      .map((finding) =>
        paragraph([`${finding.title}.`, finding.detail, ...(finding.fix === null ? [] : [finding.fix])].join(' ')),
      ),
    {
      kind: 'values',
      rows: [
        ['Type', type],
        ['Name', name],
        ['Value', value],
      ],
    },
  ]);
}

/** What a list of each kind is called, and what goes for all of it. */
const SECTIONS: Readonly<
  Record<NoticeType, { readonly count: (n: number) => string; readonly title: string; readonly about: string }>
> = {
  'domain.failed': {
    count: (n) => `${n} ${n === 1 ? 'domain' : 'domains'} failed`,
    title: 'Failed',
    about: 'They can’t send mail. We check them once a day and verify them automatically when the records are there.',
  },
  'domain.at_risk': {
    count: (n) => `${n} ${n === 1 ? 'domain' : 'domains'} at risk`,
    title: 'At risk',
    about: 'Mail is still being sent. Restore the records in time, or sending will stop.',
  },
  'domain.restored': {
    count: (n) => `${n} ${n === 1 ? 'domain' : 'domains'} restored`,
    title: 'Verified again',
    about: 'All required records are back. There’s nothing left to do.',
  },
  'webhook.disabled': {
    count: (n) => `${n} ${n === 1 ? 'webhook' : 'webhooks'} disabled`,
    title: 'Webhooks disabled',
    about: 'Fix the receiver and enable the webhook. What’s still waiting is sent then.',
  },
};

function describeMany(notices: readonly Notice[], links: MailLinks): Said {
  const sections = NOTICE_TYPES.flatMap((type) => {
    const ofType = notices.filter((notice) => notice.type === type);
    return ofType.length === 0 ? [] : [{ ...SECTIONS[type], notices: ofType }];
  });
  const projects = listProjects(notices);
  const counts = sections.map((section) => section.count(section.notices.length)).join(', ');
  return {
    subject: projects.length === 1 && projects[0] ? `${counts} in ${nameProject(projects[0])}` : counts,
    blocks: sections.flatMap((section): Block[] => [
      { kind: 'heading', text: `${section.title} (${section.notices.length})` },
      paragraph(section.about),
      ...section.notices.slice(0, MAX_LISTED).map((notice) => listOne(notice, links, projects.length > 1)),
      ...(section.notices.length > MAX_LISTED ? [paragraph(`And ${section.notices.length - MAX_LISTED} more.`)] : []),
    ]),
  };
}

function listOne(notice: Notice, links: MailLinks, isProjectNamed: boolean): Block {
  const url = buildUrl(notice, links);
  const where = isProjectNamed ? ` in ${nameProject(notice.project)}` : '';
  if (notice.type === 'webhook.disabled')
    return {
      kind: 'item',
      text: `\`${cleanLine(notice.webhook.url, 300)}\`${where}`,
      lines: [notice.reason === 'gone' ? 'Its receiver answered 410.' : 'No delivery has succeeded for five days.'],
      url,
    };
  const text = `${nameDomain(notice)}${where}`;
  if (notice.type === 'domain.restored') return { kind: 'item', text, lines: [], url };
  const { missing, deadlineAt, type } = notice;
  const lines = [
    `Missing: ${nameFlags(missing)}.${type === 'domain.at_risk' ? ` Restore by ${formatUtcMoment(deadlineAt)}.` : ''}`,
    ...notice.records.flatMap(({ title, findings: [finding] }) => (finding ? [`${title}: ${finding.title}.`] : [])),
  ];
  return { kind: 'item', text, lines, url };
}

function buildFooter(notices: readonly Notice[], { publicUrl, unsubscribeUrl }: MailLinks): Block {
  const names = listProjects(notices).map(nameProject);
  const whose = names.length <= 3 ? formatList(names) : `${names.length} projects`;
  return {
    kind: 'footer',
    blocks: [
      paragraph(`You’re getting this email because you have access to ${whose} in AutoSend Domains.`),
      { kind: 'link', label: 'Change your notifications', url: `${publicUrl}/account` },
      { kind: 'link', label: 'Unsubscribe', url: unsubscribeUrl },
    ],
  };
}

function linkTo(notice: Notice, links: MailLinks): Block {
  const label = notice.type === 'webhook.disabled' ? 'Open the webhook' : 'Open the domain';
  return { kind: 'link', label, url: buildUrl(notice, links) };
}

function buildUrl(notice: Notice, { publicUrl }: MailLinks): string {
  const [folder, id] =
    notice.type === 'webhook.disabled' ? ['webhooks', notice.webhook.id] : ['domains', notice.domain.id];
  return `${publicUrl}/projects/${notice.project.id}/${folder}/${id}`;
}

function listProjects(notices: readonly Notice[]): Notice['project'][] {
  return [...new Map(notices.map(({ project }) => [project.id, project])).values()];
}

/** As people write it, with what stands in DNS beside it. */
function nameDomain({ domain: { name } }: { readonly domain: { readonly name: string } }): string {
  const shown = findUnicodeName(name);
  return shown === null ? name : `${shown} (${name})`;
}

function nameProject({ name }: { readonly name: string }): string {
  // Backticks would make another part of it a name.
  return `“${cleanLine(name, MAX_NAME).replaceAll('`', "'")}”`;
}

function nameFlags(flags: readonly FlagName[]): string {
  return formatList(flags.map((flag) => FLAGS[flag].word));
}

const records = (flags: readonly unknown[]) => (flags.length === 1 ? 'record' : 'records');

function paragraph(text: string): Block {
  return { kind: 'paragraph', text };
}

function formatList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];

/** Formats a moment for people, in UTC, which it says: nobody knows the time of the reader. */
export function formatUtcMoment(at: Date): string {
  const [hours, minutes] = [at.getUTCHours(), at.getUTCMinutes()].map((n) => String(n).padStart(2, '0'));
  return `${DAYS[at.getUTCDay()]}, ${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}, ${hours}:${minutes} UTC`;
}
