import { CircleX, Info, TriangleAlert } from 'lucide-react';
import type { Diagnostics } from '../../api/domains.ts';
import { CopyButton } from '../../components/CopyButton.tsx';
import { RichText } from '../../components/text/RichText.tsx';
import { ValueComparison } from './ValueComparison.tsx';

type Finding = Diagnostics['findings'][number];

const LOOK = {
  error: { Icon: CircleX, className: 'text-wrong', word: 'Needs fixing' },
  warning: { Icon: TriangleAlert, className: 'text-attention', word: 'Worth checking' },
  info: { Icon: Info, className: 'text-muted', word: 'Good to know' },
} as const;

/** One finding: what was seen, how it differs, and the one thing to do, ready to copy. */
export function FindingView({
  finding,
  comparison,
}: {
  finding: Finding;
  /** The values to set against each other, where that explains more than words. */
  comparison?: { readonly found: string; readonly expected: string } | undefined;
}) {
  const { Icon, className, word } = LOOK[finding.severity];
  const { fix, copy, suggestion } = finding;
  // The same value in another notation is copied, not read.
  const isVariant = copy !== undefined && suggestion?.replace(/" "|^"|"$/g, '') === copy.value;
  return (
    <div data-finding={finding.code} className="flex gap-2 text-small">
      <Icon aria-hidden="true" size={16} className={`mt-0.5 shrink-0 ${className}`} />
      <div className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        <h3 className="font-semibold">
          <span className="sr-only">{word}: </span>
          {finding.title}
        </h3>
        <p className="mt-0.5 max-w-prose text-muted">
          <RichText text={finding.detail} />
        </p>
        {comparison && <ValueComparison {...comparison} />}
        {fix !== null && (
          <p className="mt-1 max-w-prose">
            <RichText text={fix} />
          </p>
        )}
        <p className="mt-1">
          <a
            href={`/docs/findings#${finding.code}`}
            aria-label={`Why this happens: ${finding.title}`}
            className="text-muted underline underline-offset-2 hover:text-ink max-md:inline-flex max-md:min-h-11 max-md:items-center"
          >
            Why this happens
          </a>
        </p>
        {suggestion !== undefined && !isVariant && suggestion !== copy?.value && (
          <div className="mt-2 flex items-start gap-2">
            <code
              dir="ltr"
              className="block min-w-0 flex-1 rounded-control bg-sunken px-2 py-1.5 font-mono [overflow-wrap:anywhere]"
            >
              {suggestion}
            </code>
            <CopyButton value={suggestion} what="the value to publish instead" />
          </div>
        )}
        {copy && (
          <div className="mt-2 flex flex-wrap gap-2">
            <CopyButton value={copy.value} what={`the ${copy.label.replace(/^Copy /, '')}`} label={copy.label} />
            {isVariant && suggestion !== undefined && (
              <CopyButton value={suggestion} what="the value in quoted strings" label="Copy in quoted strings" />
            )}
          </div>
        )}
      </div>
    </div>
  );
}
