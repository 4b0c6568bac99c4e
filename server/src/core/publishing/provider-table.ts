/** What a setting is, which says how it is checked (`settings.ts`). */
export type SettingKind =
  /** A host name or an address. */
  | 'host'
  | 'port'
  /** The address of an API. */
  | 'url'
  | 'https_url'
  /** A name in DNS that is no host's. */
  | 'dns_name'
  | 'base64'
  /** Printable characters of ASCII without spaces: it may stand in a header. */
  | 'token'
  /** Letters, digits, dots, hyphens and underscores: it may stand in a path. */
  | 'word';

/** One thing that a connection has to know. */
export interface ProviderSetting {
  readonly kind: SettingKind;
  /** What the form and the command line call it. */
  readonly label: string;
  /** What to enter, or where to find it. */
  readonly help: string;
  /** Whether it is sealed, never shown again and never logged. */
  readonly isSecret: boolean;
  /** What holds where it is left out; null where it has to be given, an empty text where it may be left out. */
  readonly fallback: string | null;
  /** The only values, where there are few. */
  readonly choices?: readonly string[];
}

/** A kind of provider that we can write DNS through. */
interface ProviderRow {
  readonly title: string;
  /** What sentences begin with. */
  readonly subject: string;
  /** What sentences call the credentials. */
  readonly credential: string;
  /** What the credentials have to be allowed, after "It needs". */
  readonly needs: string;
  readonly settings: Readonly<Record<string, ProviderSetting>>;
}

const ENDPOINT: ProviderSetting = {
  kind: 'https_url',
  label: 'API address',
  help: "A different address for the provider's API, such as a proxy's.",
  isSecret: false,
  fallback: '',
};

function secret(label: string, help: string, kind: SettingKind = 'token'): ProviderSetting {
  return { kind, label, help, isSecret: true, fallback: null };
}

/** The providers: what checks settings, shows forms and writes docs goes through this table. Adapters are named in `compose.ts`. */
export const PROVIDER_TABLE = {
  rfc2136: {
    title: 'DNS update (RFC 2136)',
    subject: 'The name server',
    credential: 'TSIG key',
    needs: "permission to update the zone's TXT, MX and CNAME records",
    settings: {
      server: {
        kind: 'host',
        label: 'Primary server',
        help: 'The name or address of the server that accepts updates.',
        isSecret: false,
        fallback: null,
      },
      port: { kind: 'port', label: 'Port', help: 'Its TCP port.', isSecret: false, fallback: '53' },
      tsigName: {
        kind: 'dns_name',
        label: 'Key name',
        help: 'The name of the TSIG key, exactly as on the server.',
        isSecret: false,
        fallback: null,
      },
      tsigAlgorithm: {
        kind: 'word',
        label: 'Algorithm',
        help: 'The algorithm of the TSIG key.',
        isSecret: false,
        fallback: 'hmac-sha256',
        choices: ['hmac-sha256', 'hmac-sha512'],
      },
      tsigSecret: secret('Secret', 'The secret of the TSIG key, in base64.', 'base64'),
    },
  },
  powerdns: {
    title: 'PowerDNS',
    subject: 'PowerDNS',
    credential: 'API key',
    needs: "to be the server's api-key",
    settings: {
      url: {
        kind: 'url',
        label: 'API address',
        help: 'Where the PowerDNS API listens, such as http://127.0.0.1:8081.',
        isSecret: false,
        fallback: null,
      },
      apiKey: secret('API key', 'The api-key of the PowerDNS server. It can change every zone of that server.'),
      serverId: {
        kind: 'word',
        label: 'Server ID',
        help: "The server's id in the API.",
        isSecret: false,
        fallback: 'localhost',
      },
    },
  },
  cloudflare: {
    title: 'Cloudflare',
    subject: 'Cloudflare',
    credential: 'API token',
    needs: 'Zone:Read and DNS:Edit for the zone',
    settings: {
      apiToken: secret('API token', 'A token with Zone:Read and DNS:Edit for this zone only.'),
      endpoint: ENDPOINT,
    },
  },
  route53: {
    title: 'Amazon Route 53',
    subject: 'Route 53',
    credential: 'access key',
    needs: 'the policy from the documentation, for this hosted zone',
    settings: {
      accessKeyId: {
        kind: 'token',
        label: 'Access key ID',
        help: 'The access key of a user that may only change this hosted zone.',
        isSecret: false,
        fallback: null,
      },
      secretAccessKey: secret('Secret access key', 'The secret that belongs to the access key ID.'),
      endpoint: ENDPOINT,
    },
  },
  desec: {
    title: 'deSEC',
    subject: 'deSEC',
    credential: 'token',
    needs: 'permission to write to the domain',
    settings: { token: secret('Token', 'A token that may write to this domain.'), endpoint: ENDPOINT },
  },
  hetzner: {
    title: 'Hetzner Cloud',
    subject: 'Hetzner Cloud',
    credential: 'API token',
    needs: 'read & write access to the project with the zone',
    settings: { token: secret('API token', 'A read & write token of the project with the zone.'), endpoint: ENDPOINT },
  },
  digitalocean: {
    title: 'DigitalOcean',
    subject: 'DigitalOcean',
    credential: 'token',
    needs: 'the scopes domain:read and domain:update',
    settings: { token: secret('Token', 'A token with the scopes domain:read and domain:update.'), endpoint: ENDPOINT },
  },
  gandi: {
    title: 'Gandi',
    subject: 'Gandi',
    credential: 'personal access token',
    needs: "permission to manage the domain's technical configuration",
    settings: {
      token: secret('Personal access token', "A token that may manage this domain's technical configuration."),
      endpoint: ENDPOINT,
    },
  },
} as const satisfies Record<string, ProviderRow>;

/** The name of a kind of provider, as it is stored and sent. */
export type DnsProviderName = keyof typeof PROVIDER_TABLE;

/** All of them, in the order in which they are offered. */
export const DNS_PROVIDER_NAMES = Object.keys(PROVIDER_TABLE) as [DnsProviderName, ...DnsProviderName[]];

/** The settings of one kind of provider. */
export function listSettings(name: DnsProviderName): readonly (readonly [string, ProviderSetting])[] {
  return Object.entries(PROVIDER_TABLE[name].settings);
}
