import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { DashboardData } from '../../../../server/src/wire/dashboard/contract.ts';
import { call } from '../../api/call.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { Field } from '../../components/Field.tsx';
import { FormError } from '../../components/FormError.tsx';
import { type State, StateMark } from '../../components/StateMark.tsx';
import { CodeSample } from '../../components/text/CodeSample.tsx';
import { Explained } from '../../components/text/Term.tsx';

type Proof = DashboardData<'POST /api/projects/:projectId/domains/:domainId/proof'>;

/** Signs a message and shows what a receiver makes of it, from DNS as it is now. */
export function ProofCard({ projectId, domainId }: { projectId: string; domainId: string }) {
  const [ip, setIp] = useState('');
  const prove = useMutation({
    mutationFn: () => {
      const given = ip.trim();
      return call('POST /api/projects/:projectId/domains/:domainId/proof', {
        params: { projectId, domainId },
        body: given === '' ? {} : { ip: given },
      });
    },
  });
  return (
    <Card title="Test authentication">
      <form
        className="flex flex-col gap-4 px-4 py-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!prove.isPending) prove.mutate();
        }}
      >
        <p className="max-w-prose text-muted">
          We sign a sample message and evaluate it the way Gmail would. Nothing is sent.
        </p>
        <div className="flex flex-wrap items-end gap-2">
          <Field
            label="Sending IP address (optional)"
            placeholder="192.0.2.1"
            className="min-w-56 flex-1"
            value={ip}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setIp(event.target.value)}
          />
          <Button type="submit" isBusy={prove.isPending}>
            Run test
          </Button>
        </div>
        <FormError error={prove.error} />
        <div role="status">{prove.data && <ProofResult proof={prove.data} />}</div>
      </form>
    </Card>
  );
}

function ProofResult({ proof: { dkim, spf, dmarc, authenticationResults } }: { proof: Proof }) {
  return (
    <div className="flex flex-col gap-4">
      <ul className="divide-y divide-hairline border-y border-hairline text-small">
        <Judgement name="DMARC" result={dmarc.result} reason={dmarc.reason} />
        {dkim.map(({ selector, result, reason }) => (
          <Judgement key={selector} name="DKIM" detail={selector} result={result} reason={reason} />
        ))}
        {spf ? (
          <Judgement name="SPF" detail={spf.ip} result={spf.result} reason={spf.reason} />
        ) : (
          <li className="py-2 text-muted">
            Add your mail server’s IP address to test <Explained text="SPF" />.
          </li>
        )}
      </ul>
      <CodeSample text={authenticationResults} what="the Authentication-Results field" />
    </div>
  );
}

function Judgement({
  name,
  detail,
  result,
  reason,
}: {
  name: string;
  detail?: string;
  result: string;
  reason: string;
}) {
  return (
    <li data-proof={name} className="flex flex-wrap items-start gap-x-4 gap-y-1 py-2">
      <span className="w-40 shrink-0 font-medium [overflow-wrap:anywhere]">
        <Explained text={name} />
        {detail !== undefined && <bdi className="block font-normal text-muted">{detail}</bdi>}
      </span>
      <span className="w-24 shrink-0">
        <StateMark state={toState(result)} word={result} />
      </span>
      <bdi className="min-w-48 flex-1 text-muted [overflow-wrap:anywhere]">{reason}</bdi>
    </li>
  );
}

/** RFC 8601 §2.7: an error that may pass is no verdict, and neither is the absence of one. */
function toState(result: string): State {
  if (result === 'pass') return 'verified';
  if (result === 'fail' || result === 'permerror') return 'wrong';
  return result === 'softfail' ? 'attention' : 'unknown';
}
