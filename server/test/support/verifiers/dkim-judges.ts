import { explainMissing } from '../daemon.ts';
import type { DkimJudge } from './dkim-judge.ts';
import { askJudge, explainMissingJudge, type Judge } from './judge.ts';
import { judgeWithOpenDkim } from './opendkim-judge.ts';

const folder = new URL('.', import.meta.url).pathname;

/** Other people's DKIM implementations, as Debian has them: two libraries without DNS, and OpenDKIM's filter with a name server. */
export const DKIM_JUDGES: readonly DkimJudge[] = [
  toDkimJudge(['rsa', 'ed25519'], {
    name: 'dkimpy',
    command: ['/usr/bin/python3', `${folder}dkimpy-records.py`],
    probe: ['/usr/bin/python3', '-c', 'import dkim'],
    package: 'python3-dkim',
  }),
  toDkimJudge(['rsa'], {
    name: 'Mail::DKIM',
    command: ['/usr/bin/perl', `${folder}mail-dkim.pl`],
    probe: ['/usr/bin/perl', '-MMail::DKIM', '-e', '1'],
    package: 'libmail-dkim-perl',
  }),
  {
    name: 'OpenDKIM',
    kinds: ['rsa', 'ed25519'],
    explainMissing: async () => explainMissing(['opendkim', 'nsd']),
    verify: judgeWithOpenDkim,
  },
];

function toDkimJudge(kinds: DkimJudge['kinds'], judge: Judge): DkimJudge {
  return {
    name: judge.name,
    kinds,
    explainMissing: () => explainMissingJudge(judge),
    async verify({ sign, recordSets }) {
      const answers = await askJudge(judge, [await sign('autosend'), ...recordSets]);
      return answers.map((answer) => ({ passes: answer === true || answer === 'pass', said: String(answer) }));
    },
  };
}
