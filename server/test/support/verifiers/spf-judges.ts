import { askJudge, type Judge } from './judge.ts';

/** The records of each name, by type; a name that is not among them does not exist. */
export type SpfZone = Readonly<
  Record<
    string,
    {
      readonly TXT?: readonly string[];
      readonly A?: readonly string[];
      readonly AAAA?: readonly string[];
      readonly PTR?: readonly string[];
      readonly MX?: readonly (readonly [preference: number, host: string])[];
    }
  >
>;

/** A domain in a zone, and the addresses that send in its name. */
export interface SpfCase {
  readonly zone: SpfZone;
  readonly domain: string;
  readonly senders: readonly string[];
}

const folder = new URL('.', import.meta.url).pathname;

/** Other people's SPF implementations, as Debian has them. Debian's Python has Debian's packages; another one in the PATH has not. */
export const SPF_JUDGES: readonly Judge[] = [
  {
    name: 'pyspf',
    command: ['/usr/bin/python3', `${folder}pyspf.py`],
    probe: ['/usr/bin/python3', '-c', 'import spf'],
    package: 'python3-spf',
  },
  {
    name: 'Mail::SPF',
    command: ['/usr/bin/perl', `${folder}mail-spf.pl`],
    probe: ['/usr/bin/perl', '-MMail::SPF', '-e', '1'],
    package: 'libmail-spf-perl',
  },
];

/** Has each case judged: of each the results by sender, such as `pass` or `permerror`. */
export async function judgeSpf(judge: Judge, cases: readonly SpfCase[]): Promise<string[][]> {
  return (await askJudge(judge, cases)) as string[][];
}
