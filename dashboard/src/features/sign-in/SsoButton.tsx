import { useMutation, useQuery } from '@tanstack/react-query';
import { issuerQuery } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { Button } from '../../components/Button.tsx';
import { FormError } from '../../components/FormError.tsx';

/** Leads to the provider of single sign-on and back; nothing where there is none. */
export function SsoButton({
  purpose,
  detail,
  label,
}: {
  purpose: 'sign_in' | 'invite' | 'link';
  detail?: string | undefined;
  label: string;
}) {
  const issuer = useQuery(issuerQuery()).data?.issuer;
  const go = useMutation({
    mutationFn: () => call('POST /api/oidc', { body: { purpose, ...(detail !== undefined && { detail }) } }),
    onSuccess: ({ url }) => location.assign(url),
  });
  if (!issuer) return null;
  return (
    <>
      <Button isBusy={go.isPending} onClick={() => go.mutate()}>
        {label} {new URL(issuer).host}
      </Button>
      <FormError error={go.error} />
    </>
  );
}
