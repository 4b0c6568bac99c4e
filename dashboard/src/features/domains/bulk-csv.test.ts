import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DomainListItem } from '../../api/domains.ts';
import { formatDomainsCsv, formatLinksCsv, formatLinksTable, joinRecordsCsv } from './bulk-csv.ts';

const DOMAIN: DomainListItem = {
  id: '1'.repeat(24),
  projectId: 'p',
  domainName: 'xn--bcher-kva.example',
  unicodeName: 'bücher.example',
  verificationStatus: 'PENDING_CONFIGURATION',
  ownershipVerified: true,
  dkimEnabled: true,
  mailFromEnabled: false,
  dmarcEnabled: false,
  createdAt: '2026-11-01T00:00:00.000Z',
  lastCheckedAt: '2026-11-02T00:00:00.000Z',
  regionKey: 'us-east-1',
  verificationInProgress: false,
  isChecking: false,
  nextCheckAt: null,
  deadlineAt: null,
  atRiskAt: null,
  listState: 'waiting',
  standings: ['right', 'right', 'waiting', 'waiting', 'waiting'],
};

test('a list of domains says what the page says, one line each', () => {
  const [, line] = formatDomainsCsv([DOMAIN], () => 'Acme, "Mail"').split('\r\n');
  assert.equal(
    line,
    `xn--bcher-kva.example,bücher.example,"Acme, ""Mail""",2 of 5 records found,"return path, DMARC",us-east-1,2026-11-01T00:00:00.000Z,2026-11-02T00:00:00.000Z,${DOMAIN.id}`,
  );
});

test('a project whose name would be a formula is no formula in a spreadsheet', () => {
  for (const name of ['=1+1', '+1', '-1', '@SUM(A1)'])
    assert.match(
      formatDomainsCsv([DOMAIN], () => name),
      new RegExp(`,'\\${name[0]}`),
    );
});

test('a domain that nobody has checked has no time of a check', () => {
  assert.match(
    formatDomainsCsv([{ ...DOMAIN, standings: null }], () => 'p'),
    /,2026-11-01T00:00:00\.000Z,,1/,
  );
});

const LINKS = [
  { domainName: 'a.example', url: 'https://mail.example/share/share_1', expiresAt: '2026-12-01T00:00:00.000Z' },
  { domainName: 'b.example', url: 'https://mail.example/share/share_2', expiresAt: '2026-12-01T00:00:00.000Z' },
];

test('links are a table to paste, and a file', () => {
  assert.equal(
    formatLinksTable(LINKS),
    'a.example\thttps://mail.example/share/share_1\nb.example\thttps://mail.example/share/share_2',
  );
  assert.equal(
    formatLinksCsv(LINKS.slice(0, 1)),
    'domain,link,expires\r\na.example,https://mail.example/share/share_1,2026-12-01T00:00:00.000Z\r\n',
  );
});

test('the records of several domains are one file, each line with its domain', () => {
  const text = (name: string) => `type,name,value\r\nTXT,${name},"v=1, x"\r\n`;
  assert.equal(
    joinRecordsCsv([
      { domainName: 'a.example', text: text('a') },
      { domainName: 'b.example', text: text('b') },
    ]),
    'domain,type,name,value\r\na.example,TXT,a,"v=1, x"\r\nb.example,TXT,b,"v=1, x"\r\n',
  );
});
