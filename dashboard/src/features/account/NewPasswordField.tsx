import { useEffect, useState } from 'react';
import type {
  PasswordJudge,
  PasswordOwner,
  PasswordVerdict,
} from '../../../../server/src/core/access/password-judge.ts';
import { PasswordField } from '../../components/PasswordField.tsx';

const MIN_CHARACTERS = 12;
const WORDS = ['Very easy to guess', 'Very easy to guess', 'Easy to guess', 'Hard to guess', 'Very hard to guess'];
const SCORES = [1, 2, 3, 4];

let judging: Promise<PasswordJudge> | undefined;

/** The server's own judge. It brings its list of passwords along, so it comes when somebody chooses one. */
function loadJudge(): Promise<PasswordJudge> {
  judging ??= import('../../../../server/src/core/access/password-judge.ts').then((module) =>
    module.loadPasswordJudge(),
  );
  judging.catch(() => {
    judging = undefined;
  });
  return judging;
}

/** A field for a password that somebody chooses, which says how hard it is to guess. */
export function NewPasswordField({
  label,
  value,
  owner,
  error,
  note = '',
  autoFocus = false,
  onChange,
}: {
  label: string;
  value: string;
  owner: PasswordOwner;
  error: string | undefined;
  note?: string;
  autoFocus?: boolean;
  onChange(value: string): void;
}) {
  const verdict = useVerdict(value, owner);
  const missing = MIN_CHARACTERS - [...value].length;
  const hint =
    value === ''
      ? `At least ${MIN_CHARACTERS} characters. A few random words are easy to remember and hard to guess.`
      : missing > 0
        ? `${missing} more ${missing === 1 ? 'character' : 'characters'} needed.`
        : (verdict?.fault && `This password ${verdict.fault}`) || (verdict && `${WORDS[verdict.score]}.`) || '';
  return (
    <div>
      <PasswordField
        label={label}
        autoComplete="new-password"
        required
        autoFocus={autoFocus}
        minLength={MIN_CHARACTERS}
        maxLength={200}
        value={value}
        error={error}
        hint={`${hint} ${note}`.trim()}
        onFocus={() => void loadJudge().catch(() => undefined)}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <div aria-hidden="true" className="mt-1 flex gap-1">
        {SCORES.map((score) => (
          <span key={score} className={`h-1 flex-1 rounded-full ${colorOf(score, missing > 0 ? null : verdict)}`} />
        ))}
      </div>
    </div>
  );
}

function colorOf(score: number, verdict: PasswordVerdict | null): string {
  if (!verdict || verdict.score < score) return 'bg-sunken';
  return verdict.fault === null ? 'bg-verified' : 'bg-wrong';
}

function useVerdict(value: string, owner: PasswordOwner): PasswordVerdict | null {
  const [verdict, setVerdict] = useState<PasswordVerdict | null>(null);
  const { name, email } = owner;
  useEffect(() => {
    let isCurrent = true;
    const judge = async () => {
      const judgePassword = await loadJudge();
      if (isCurrent) setVerdict(judgePassword(value, { name, email }));
    };
    // Without it the server says all the same what is wrong.
    if (value !== '') void judge().catch(() => setVerdict(null));
    return () => {
      isCurrent = false;
    };
  }, [value, name, email]);
  return verdict;
}
