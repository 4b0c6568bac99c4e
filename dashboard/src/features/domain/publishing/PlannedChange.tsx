import { useState } from 'react';
import type { DnsChange } from '../../../api/dns-plan.ts';
import { Checkbox } from '../../../components/Checkbox.tsx';
import { RichText } from '../../../components/text/RichText.tsx';

const WORDS: Readonly<Record<DnsChange['action'], string>> = {
  create: 'New',
  merge: 'Added to what’s there',
  replace: 'Replaces our own record',
  // Its heading says it.
  keep: '',
  conflict: 'Your decision',
};

/** One record set of a plan: what is there, what is to be there, and what has to be agreed to. */
export function PlannedChange({
  change: { name, type, action, before, after, reason, consent },
  asksFor,
  isAgreed,
  onAgree,
}: {
  change: DnsChange;
  /** Whether the consent is asked for here: several changes may need the same one. */
  asksFor: boolean;
  isAgreed: boolean;
  onAgree(isAgreed: boolean): void;
}) {
  const isStuck = action === 'conflict' && !consent;
  const isKept = action === 'keep' || isStuck;
  const old = before?.rdata ?? [];
  const next = after?.rdata ?? [];
  return (
    <li data-action={action} className="flex flex-col gap-2 border-b border-hairline py-3 last:border-b-0">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <p dir="ltr" className="min-w-0 font-mono text-small font-medium [overflow-wrap:anywhere]">
          {type} {name}
        </p>
        <p className={`text-small ${action === 'conflict' ? 'font-medium text-attention' : 'text-muted'}`}>
          {isStuck ? 'Left as it is' : WORDS[action]}
        </p>
      </div>
      <ul className="flex flex-col gap-1">
        {old.map((rdata) => (
          <Line key={`- ${rdata}`} kind={isKept || next.includes(rdata) ? 'stays' : 'goes'} rdata={rdata} />
        ))}
        {!isKept &&
          next
            .filter((rdata) => !old.includes(rdata))
            .map((rdata) => <Line key={`+ ${rdata}`} kind="comes" rdata={rdata} />)}
      </ul>
      {reason && (
        <p className="max-w-prose text-small text-muted [overflow-wrap:anywhere]">
          <RichText text={reason.fix === null ? reason.message : `${reason.message} ${reason.fix}`} />
        </p>
      )}
      {consent && asksFor && (
        <Checkbox label={consent.message.replaceAll('`', '')} isChecked={isAgreed} onChange={onAgree} />
      )}
    </li>
  );
}

const LINES = {
  stays: { sign: ' ', word: 'Stays', style: 'text-muted' },
  goes: { sign: '−', word: 'Removed', style: 'text-wrong' },
  comes: { sign: '+', word: 'Added', style: 'text-verified' },
} as const;

const SHORT_CHARACTERS = 160;

/** One record: whole on demand, since a key is long and a stranger's text may be longer. */
function Line({ kind, rdata }: { kind: keyof typeof LINES; rdata: string }) {
  const [isWhole, setWhole] = useState(false);
  const { sign, word, style } = LINES[kind];
  const isLong = rdata.length > SHORT_CHARACTERS;
  return (
    <li className={`flex gap-2 rounded bg-sunken px-2 py-1 font-mono text-small ${style}`}>
      <span aria-hidden="true" className="w-3 shrink-0 text-center">
        {sign}
      </span>
      <span className="sr-only">{word}: </span>
      <div className="min-w-0">
        <span dir="ltr" className={`[overflow-wrap:anywhere] ${isLong && !isWhole ? 'line-clamp-2' : ''}`}>
          {rdata}
        </span>
        {isLong && (
          <button
            type="button"
            className="block font-sans text-accent hover:underline max-md:min-h-11"
            aria-expanded={isWhole}
            onClick={() => setWhole(!isWhole)}
          >
            {isWhole ? 'Show less' : 'Show all'}
            <span className="sr-only"> of this value</span>
          </button>
        )}
      </div>
    </li>
  );
}
