import { askJudge, type Judge } from './judge.ts';

const folder = new URL('.', import.meta.url).pathname;

/** Other people's DKIM implementations, as Debian has them. */
export const DKIM_JUDGES: readonly Judge[] = [
  {
    name: 'dkimpy',
    command: ['/usr/bin/python3', `${folder}dkimpy-records.py`],
    probe: ['/usr/bin/python3', '-c', 'import dkim'],
    package: 'python3-dkim',
  },
  {
    name: 'Mail::DKIM',
    command: ['/usr/bin/perl', `${folder}mail-dkim.pl`],
    probe: ['/usr/bin/perl', '-MMail::DKIM', '-e', '1'],
    package: 'libmail-dkim-perl',
  },
];

/** Has one signed message verified against each set of TXT records; of each, whether it passes and what was said. */
export async function judgeDkim(
  judge: Judge,
  message: string,
  recordSets: readonly (readonly string[])[],
): Promise<{ passes: boolean; said: string }[]> {
  const [, ...answers] = ['', ...(await askJudge(judge, [message, ...recordSets]))];
  return answers.map((answer) => ({ passes: answer === true || answer === 'pass', said: String(answer) }));
}
