import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { isSignedOut, RequestError } from './api/request-error.ts';
import { signInStore } from './api/sign-in-again.ts';
import { showTheme } from './components/theme.ts';
import { createAppRouter, loadPages } from './router.tsx';
import './styles.css';

const MAX_RETRIES = 2;

const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
  mutationCache: new MutationCache({ onError: leaveWhenSignedOut }),
  defaultOptions: {
    // A request without a network fails and says so; waiting for one without a word is nobody's wish.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      staleTime: 2_000,
      // What the server refused, it will refuse again.
      retry: (failures, error) =>
        failures < MAX_RETRIES && !(error instanceof RequestError && error.code !== 'NETWORK'),
    },
  },
});
const router = createAppRouter(queryClient);

/** A session may end while a page is open: elsewhere, or because it expires. Who does not sign in again above the page is led back to it by signing in. */
function leaveWhenSignedOut(error: Error): void {
  const { pathname, href } = router.state.location;
  // On the page for signing in it says that email and password do not belong together.
  // While somebody signs in again above the page, a wrong password is told there.
  if (
    !isSignedOut(error) ||
    signInStore.get() !== null ||
    ['/sign-in', '/setup', '/invite', '/reset-password'].includes(pathname)
  )
    return;
  void router.navigate({ to: '/sign-in', search: { to: href, problem: 'expired' } }).then(() => queryClient.clear());
}

showTheme();
const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );

// With the other pages here, each opens at once, and also while the server is away.
const idle = 'requestIdleCallback' in window ? requestIdleCallback : setTimeout;
// Whoever asks for one of them tries again, and says what is wrong.
addEventListener('load', () => idle(() => loadPages().catch(() => undefined)));
