import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from 'pg';
import { DatabaseUrlError, formatHost, parseDatabaseUrl } from './database-url.ts';

const READ_WRITE = 'target_session_attrs=read-write';

/** An address, and the hosts that are tried. */
const SEVERAL: [string, string[]][] = [
  ['postgresql://u:p@a,b/db', ['a:5432', 'b:5432']],
  ['postgres://u@a:1,b:2,c/db', ['a:1', 'b:2', 'c:5432']],
  [
    `postgresql://u@db1.example.com:5432,db2.example.com:5432/db?${READ_WRITE}`,
    ['db1.example.com:5432', 'db2.example.com:5432'],
  ],
  ['postgresql://u@a,b/db?target_session_attrs=primary', ['a:5432', 'b:5432']],
  ['postgresql://u@[::1]:1,[2001:db8::1],192.0.2.1:3/db', ['[::1]:1', '[2001:db8::1]:5432', '192.0.2.1:3']],
  ['postgresql://u@a,b/db?port=6432', ['a:6432', 'b:6432']],
  ['postgresql://u@a:1,b:2/db?port=3,4', ['a:3', 'b:4']],
  ['postgresql:///db?host=a,b&port=1,2&user=u', ['a:1', 'b:2']],
  ['postgresql:///db?host=a,b&port=1', ['a:1', 'b:1']],
  ['postgresql:///db?host=a,b&port=,2', ['a:5432', 'b:2']],
  ['postgresql:///db?host=::1,a', ['[::1]:5432', 'a:5432']],
  ['postgresql:///db?host=/run/a,/run/b&port=1,2', ['/run/a:1', '/run/b:2']],
  ['postgresql://u:p@%2Frun%2Fa:1,b:2/db', ['/run/a:1', 'b:2']],
  ['postgresql://u:p,q:r@a,b/db', ['a:5432', 'b:5432']],
  [`postgresql://u@a:1/db?${READ_WRITE}`, ['a:1']],
  [`  postgresql://u@a,b/db  `, ['a:5432', 'b:5432']],
  ['postgresql://u@a:,b:/db', ['a:5432', 'b:5432']],
  ['postgresql://u@a,b/db?host=', ['a:5432', 'b:5432']],
  ['POSTGRESQL://a,b', ['a:5432', 'b:5432']],
];

test('an address with several hosts names each of them with its port, as in libpq', () => {
  for (const [url, hosts] of SEVERAL) assert.deepEqual(parseDatabaseUrl(url).hosts.map(formatHost), hosts, url);
});

test('one host, and any server asked for or nothing said, is left to the driver as it is', () => {
  for (const url of [
    'postgresql://u:p@a:5432/db?sslmode=verify-full',
    'postgres://localhost:1/none',
    'postgresql://u@[::1]:1/db',
    'postgresql://h/d',
    'postgresql:///db?host=/run/a&port=1',
    'postgresql://u@a/db?target_session_attrs=any',
  ])
    assert.deepEqual(parseDatabaseUrl(url), { url, hosts: [] });
});

test('what libpq takes and the driver does not is put in the words of the driver', () => {
  const cases: [string, object][] = [
    ['postgresql://u@a/?dbname=autosend', { user: 'u', host: 'a', port: 5432, database: 'autosend' }],
    ['postgresql://u@a:1/other?dbname=my%20db&port=2', { user: 'u', host: 'a', port: 2, database: 'my db' }],
    ['postgresql:///?host=/run/a&user=u&dbname=d', { user: 'u', host: '/run/a', port: 5432, database: 'd' }],
    ['postgresql://u@a:1,b/?dbname=d', { user: 'u', host: 'a', port: 1, database: 'd' }],
    ['postgresql://u@/d?host=/run/a', { user: 'u', host: '/run/a', port: 5432, database: 'd' }],
    ['postgresql://u@/d?host=a&port=1', { user: 'u', host: 'a', port: 1, database: 'd' }],
  ];
  for (const [text, expected] of cases) {
    const { user, database, host, port } = new Client({ connectionString: parseDatabaseUrl(text).url });
    assert.deepEqual({ user, host, port, database }, expected, text);
  }
});

test('user, password, database and settings reach the driver as they were given', () => {
  const read = (url: string) => {
    const { user, password, database, host, port } = new Client({ connectionString: parseDatabaseUrl(url).url });
    return { user, password, database, host, port };
  };
  const secret = 'a@b:c/d?e#f,g%h [i]';
  const login = `my%20user:${encodeURIComponent(secret)}`;
  const expected = { user: 'my user', password: secret, database: 'my db', host: 'a', port: 1 };
  assert.deepEqual(read(`postgresql://${login}@a:1,b:2/my%20db?${READ_WRITE}`), expected);
  assert.deepEqual(read(`postgresql://${login}@[::1]:1,b:2/my%20db`), { ...expected, host: '::1' });
  assert.deepEqual(read(`postgresql://${login}@%2Frun%2Fa:1,b:2/my%20db`), { ...expected, host: '/run/a' });
  const { url } = parseDatabaseUrl(`postgresql://u@a,b/db?application_name=one%20two&sslmode=disable&${READ_WRITE}`);
  assert.equal(url, 'postgresql://u@a:5432/db?application_name=one+two&sslmode=disable');
});

test('every sslmode of libpq is taken, and of any other it is said which there are', () => {
  for (const mode of ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'])
    assert.equal(parseDatabaseUrl(`postgresql://a,b/db?sslmode=${mode}`).hosts.length, 2);
  for (const hosts of ['a', 'a,b'])
    assert.throws(
      () => parseDatabaseUrl(`postgresql://${hosts}/db?sslmode=required`),
      /sslmode that isn't one of disable,/,
    );
});

const SECRET = 's3cret';
const WRONG: [string, RegExp][] = [
  ['mysql://x/y', /^must be a URL such as postgresql:/],
  ['a,b', /^must be a URL/],
  ['host=a,b dbname=c', /^must be a URL/],
  [`postgresql://u:${SECRET}@a,b/db#x`, /^must be a URL/],
  ['postgresql://u@a,,b/db', /host number 2: it is empty/],
  ['postgresql://u@a,/db', /host number 2: it is empty/],
  ['postgresql://u@:5432/db?target_session_attrs=read-write', /host number 1: it is empty/],
  ['postgresql:///db?host=a,', /host number 2: it is empty/],
  ['postgresql://u@::1,a/db', /host number 1: it isn't host:port. An IPv6 address stands in brackets/],
  ['postgresql://u@[nonsense],a/db', /host number 1: its brackets hold no IPv6 address/],
  ['postgresql://u@a:1:2,b/db', /host number 1: it isn't host:port/],
  [`postgresql://u:${SECRET}/x@a,b/db`, /^must be a URL/],
  ['postgresql://u@a%ZZ,b/db', /host number 1: its percent-encoding can't be read/],
  ['postgresql://u@a b,c/db', /host number 1: it isn't a name/],
  ['postgresql://u@a:0,b/db', /port that isn't a number from 1 to 65535/],
  ['postgresql://u@a:65536,b/db', /port that isn't a number/],
  ['postgresql://u@a,b/db?port=x', /port that isn't a number/],
  ['postgresql://u@a,b/db?port=1,2,3', /2 hosts and 3 ports/],
  ['postgresql:///db?host=a,b,c&port=1,2', /3 hosts and 2 ports/],
  ['postgresql://u@a,b/db?target_session_attrs=any', /one of them could be a standby/],
  ['postgresql://u@a,b/db?target_session_attrs=read-only', /the service writes\. Set read-write/],
  ['postgresql://u@a/db?target_session_attrs=standby', /the service writes/],
  ['postgresql://u@a,b/db?target_session_attrs=prefer-standby', /the service writes/],
  ['postgresql://u@a,b/db?target_session_attrs=readwrite', /isn't read-write or primary/],
  ['postgresql://u@a,b/db?hostaddr=192.0.2.1,192.0.2.2', /can't have hostaddr/],
  ['postgresql://u@a/db?hostaddr=192.0.2.1', /can't have hostaddr/],
  ['postgresql:///?service=mine', /can't have service/],
  ['postgresql:///?servicefile=/x', /can't have servicefile/],
  [`postgresql://u@a/db?passfile=/${SECRET}`, /can't have passfile/],
  ['postgresql://u@a/db?port=99999', /port that isn't a number/],
  ['postgresql://u@a/db?port=1,2', /1 host and 2 ports/],
  ['postgresql://u@a/?dbname=a?b', /name of a database/],
  ['postgresql://u@/db', /^must be a URL/],
  ['postgresql://u@a/db?sslmode=require&sslrootcert=system', /sslrootcert=system.* verify-full/],
];

test('what is wrong with an address is said, and nothing of it repeated: a password may be anywhere in it', () => {
  for (const [url, message] of WRONG)
    assert.throws(
      () => parseDatabaseUrl(url),
      (error) => {
        assert.ok(error instanceof DatabaseUrlError, url);
        assert.match(error.message, message, url);
        assert.ok(!error.message.includes(SECRET), url);
        return true;
      },
    );
});
