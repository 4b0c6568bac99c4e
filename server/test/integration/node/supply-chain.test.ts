import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const run = promisify(execFile);
const MANIFESTS = ['package.json', 'server/package.json', 'dashboard/package.json', 'packages/sdk/package.json'];
const readText = (path: string) => readFile(join(ROOT, path), 'utf8');

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly allowScripts?: Record<string, boolean>;
}

test('every package that runs a script when it is installed is named in allowScripts, and no other is', async () => {
  const lock = JSON.parse(await readText('package-lock.json')) as {
    packages: Record<string, { hasInstallScript?: boolean }>;
  };
  const withScripts = Object.entries(lock.packages).flatMap(([path, { hasInstallScript }]) =>
    hasInstallScript ? [path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)] : [],
  );
  const { allowScripts = {} } = JSON.parse(await readText('package.json')) as Manifest;
  assert.deepEqual([...new Set(withScripts)].sort(), Object.keys(allowScripts).sort());
});

test('every dependency has one exact version', async () => {
  for (const path of MANIFESTS) {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(await readText(path)) as Manifest;
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }))
      assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, `${path}: ${name}`);
  }
});

test('the SBOM names every production dependency with its version and license', async () => {
  const { stdout } = await run('npm', ['run', '--silent', 'sbom'], {
    cwd: ROOT,
    maxBuffer: 32 * 2 ** 20,
  });
  const { bomFormat, components } = JSON.parse(stdout) as {
    bomFormat: string;
    components: { name: string; group?: string; version: string; licenses?: unknown[] }[];
  };
  assert.equal(bomFormat, 'CycloneDX');
  const licensed = new Set(
    components
      .filter(({ licenses = [] }) => licenses.length > 0)
      .map(({ group, name, version }) => `${group ? `${group}/` : ''}${name} ${version}`),
  );
  const { dependencies = {} } = JSON.parse(await readText('server/package.json')) as Manifest;
  for (const [name, version] of Object.entries(dependencies)) assert.ok(licensed.has(`${name} ${version}`), name);
});

test('the container runs as a user without rights, on a file system that it cannot write', async () => {
  assert.match(await readText('Dockerfile'), /\nUSER node\n/);
  const compose = await readText('compose.yaml');
  const services = compose.split(/^ {2}(?=\w+:$)/m).filter((part) => /^ {4}(?:image|build):/m.test(part));
  assert.equal(services.length, 2);
  for (const service of services)
    for (const line of [
      ...['read_only: true', 'cap_drop: [ALL]', 'no-new-privileges:true', 'mem_limit: ', 'memswap_limit: '],
      ...['pids_limit: ', 'core: 0'],
    ])
      assert.ok(service.includes(line), `${line} is not in\n${service}`);
});

test('no secret stands in compose.yaml’s environment, and what the build of the pages needs is in the image', async () => {
  const compose = await readText('compose.yaml');
  for (const name of ['AUTOSEND_SECRET_KEY', 'AUTOSEND_DATABASE_URL', 'POSTGRES_PASSWORD']) {
    assert.ok(compose.includes(`${name}_FILE: /run/secrets/`), name);
    assert.ok(!compose.includes(`${name}: `), name);
  }
  const [dockerfile, ignored] = [await readText('Dockerfile'), await readText('.dockerignore')];
  const wanted = (await readText('scripts/build-dashboard.mjs')).matchAll(/from '\.\/([\w-]+\.mjs)'/g);
  for (const [, name] of [['', 'build-dashboard.mjs'], ...wanted]) {
    assert.ok(dockerfile.includes(`scripts/${name}`), name);
    assert.ok(ignored.includes(`!scripts/${name}\n`), name);
  }
});

test('images are pinned by the digests that docker gives for their tags, all or none, and again when a tag has moved', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'autosend-pins-'));
  t.after(() => rm(folder, { recursive: true }));
  const names = ['Dockerfile', 'compose.yaml'];
  for (const name of names) await writeFile(join(folder, name), await readText(name));
  const pin = (digest: string) => {
    const answer = `#!/bin/sh\n[ "$1 $2 $3" = "buildx imagetools inspect" ] && echo ${digest}\n`;
    return writeFile(join(folder, 'docker'), answer, { mode: 0o755 }).then(() =>
      run(process.execPath, [join(ROOT, 'scripts/pin-images.mjs'), folder], {
        env: { PATH: `${folder}:/bin:/usr/bin` },
      }),
    );
  };
  const read = async () => (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('');
  for (const digit of ['a', 'b']) {
    const digest = `sha256:${digit.repeat(64)}`;
    await pin(digest);
    const text = await read();
    assert.equal(text.split(`FROM node:24-slim@${digest}`).length, 3);
    assert.ok(text.includes(`image: postgres:18@${digest}\n`));
    assert.equal(text.split('@sha256:').length, 4);
  }
  const before = await read();
  await assert.rejects(pin('nonsense'), /could not be had, nothing was changed/);
  assert.equal(await read(), before);
});

test('an audit fails on grave findings and where there was none, unless it is let pass that the registry has no audits', async () => {
  const { judgeAudit } = (await import(new URL('../../../../scripts/audit.mjs', import.meta.url).href)) as {
    judgeAudit(text: string, options: { isOptional: boolean }): { lines: string[]; exitCode: number };
  };
  const counts = (high: number) => ({ metadata: { vulnerabilities: { high, critical: 0, total: high + 1 } } });
  const found = { vulnerabilities: { a: { name: 'a', severity: 'high', range: '<2' } }, ...counts(1) };
  const noAudits = { message: '405 Method Not Allowed - POST https://registry.example/-/npm/v1/security/audits/quick' };
  const cases: [unknown, number, number, RegExp][] = [
    [counts(0), 0, 0, /^npm audit: 0 critical, 0 high, 1 in all$/],
    [found, 1, 1, /high: a <2$/],
    [noAudits, 1, 0, /^NOT AUDITED: this registry has no audits \(405/],
    [{ message: 'request to https://registry.example failed, ENOTFOUND' }, 1, 1, /^NOT AUDITED: the audit failed/],
    [{ message: '503 Service Unavailable' }, 1, 1, /^NOT AUDITED: the audit failed/],
    ['', 1, 1, /^NOT AUDITED: the audit failed \(it printed no JSON/],
  ];
  for (const [output, strict, optional, line] of cases) {
    const text = typeof output === 'string' ? output : JSON.stringify(output);
    assert.equal(judgeAudit(text, { isOptional: false }).exitCode, strict, text);
    assert.equal(judgeAudit(text, { isOptional: true }).exitCode, optional, text);
    assert.match(judgeAudit(text, { isOptional: false }).lines.join('\n'), line);
  }
});

/** What docs/operations.md and docs/security.md say that the unit does. */
const PROMISED = [
  ...['User=autosend', 'NoNewPrivileges=true', 'CapabilityBoundingSet=', 'ProtectSystem=strict', 'ProtectHome=true'],
  ...['PrivateTmp=true', 'PrivateDevices=true', 'PrivateUsers=true', 'LimitCORE=0', 'LimitNOFILE=65536', 'UMask=0077'],
  ...['SystemCallFilter=@system-service', 'SystemCallArchitectures=native', 'RestrictNamespaces=true'],
  ...[
    'StateDirectory=autosend',
    'StateDirectoryMode=0700',
    'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK',
  ],
];

test('the unit of systemd has what the documentation promises, each setting once but the filter', async () => {
  const lines = (await readText('ops/systemd/autosend.service')).split('\n').filter((line) => /^\w+=/.test(line));
  for (const line of PROMISED) assert.ok(lines.includes(line), line);
  const names = lines.map((line) => line.split('=')[0]).filter((name) => name !== 'SystemCallFilter');
  assert.deepEqual([...new Set(names)], names);
  const [, user] = /^User=(.*)$/m.exec(lines.join('\n')) ?? [];
  assert.ok((await readText('ops/systemd/autosend.sysusers.conf')).includes(`\nu ${user} `));
});

test('systemd can read the unit, and finds it as little exposed as the documentation says', async (t) => {
  const unit = join(ROOT, 'ops/systemd/autosend.service');
  const options = ['security', '--offline=true', '--no-pager', '--threshold=15', unit];
  const { stdout, stderr, code } = await run('systemd-analyze', options).catch((error) => error);
  if (code === 'ENOENT' || /unrecognized option/.test(stderr)) return t.skip('needs systemd-analyze 250 or newer');
  assert.equal(code, undefined, `${stdout}${stderr}`);
  const [, exposure] = /Overall exposure level for autosend\.service: ([\d.]+)/.exec(stdout) ?? [];
  assert.ok(Number(exposure) <= 1.5, exposure);
  assert.equal(stderr, '');
});

test('where no Node.js comes along, as on macOS with arm64, the one that is installed is used, and its age is told', async () => {
  const { packages } = JSON.parse(await readText('package-lock.json')) as { packages: Record<string, object> };
  const runtime = await readText('scripts/runtime.mjs');
  const names = [...runtime.matchAll(/'(\w+-\w+)': '(node-[\w-]+)'/g)];
  assert.deepEqual(names.map(([, platform]) => platform).sort(), ['darwin-x64', 'linux-arm64', 'linux-x64']);
  for (const [, , name] of names) assert.ok(packages[`node_modules/${name}`], name);
  assert.deepEqual(
    Object.keys(packages).filter((path) => path.includes('node-bin-')),
    [],
  );
  assert.match(runtime, /install it from https:\/\/nodejs\.org, because there is no build to bring along/);
});
