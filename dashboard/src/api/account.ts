import { queryOptions } from '@tanstack/react-query';
import type { DashboardData } from '../../../server/src/wire/dashboard/contract.ts';
import { call } from './call.ts';
import { isSignedOut } from './request-error.ts';

export type Account = DashboardData<'GET /api/session'>;
export type Project = Account['projects'][number];
export type Session = DashboardData<'GET /api/account/sessions'>['sessions'][number];

const FRESH_MS = 60_000;

/** Who is signed in, with their projects; null where nobody is. */
export const accountQuery = () =>
  queryOptions({
    queryKey: ['account'],
    staleTime: FRESH_MS,
    queryFn: async ({ signal }): Promise<Account | null> => {
      try {
        return await call('GET /api/session', { signal });
      } catch (error) {
        if (isSignedOut(error)) return null;
        throw error;
      }
    },
  });

/** Whether the installation waits for its owner. */
export const setupQuery = () =>
  queryOptions({ queryKey: ['setup'], queryFn: ({ signal }) => call('GET /api/setup', { signal }) });

/** Where this account is signed in. */
export const sessionsQuery = () =>
  queryOptions({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => call('GET /api/account/sessions', { signal }),
  });

export type Security = DashboardData<'GET /api/account/security'>;
export type InstallationAccount = DashboardData<'GET /api/accounts'>['accounts'][number];

/** How this account is protected. */
export const securityQuery = () =>
  queryOptions({
    queryKey: ['security'],
    queryFn: ({ signal }) => call('GET /api/account/security', { signal }),
  });

/** All accounts, for the owner of the installation. */
export const accountsQuery = () =>
  queryOptions({
    queryKey: ['accounts'],
    queryFn: ({ signal }) => call('GET /api/accounts', { signal }),
  });

/** The issuer of single sign-on, where there is one. */
export const issuerQuery = () =>
  queryOptions({
    queryKey: ['oidc'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => call('GET /api/oidc', { signal }),
  });

/** What this account made that would go on working without it, by project. */
export const ownIssuedQuery = () =>
  queryOptions({
    queryKey: ['account', 'issued'],
    staleTime: 0,
    queryFn: ({ signal }) => call('GET /api/account/issued', { signal }),
  });

/** The regions that a domain may be set up in. */
export const regionsQuery = () =>
  queryOptions({
    queryKey: ['regions'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => call('GET /api/regions', { signal }),
  });

export type NoticeChoice = DashboardData<'GET /api/account/notices'>['choices'][number];

/** What this account is told by email, by project; empty where no email is sent. */
export const noticesQuery = () =>
  queryOptions({
    queryKey: ['account', 'notices'],
    queryFn: ({ signal }) => call('GET /api/account/notices', { signal }),
  });
