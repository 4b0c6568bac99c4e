import { useEffect, useState } from 'react';

/**
 * The one-time token behind the `#` of a link, which browsers send to nobody; empty where there is none. It leaves the
 * address at once, so that it stays neither in the history nor on a screen that is shared.
 */
export function useLinkToken(): string {
  const [token, setToken] = useState(readToken);
  useEffect(() => {
    const take = () => {
      const found = readToken();
      if (found === '') return;
      setToken(found);
      history.replaceState(history.state, '', location.pathname);
    };
    take();
    window.addEventListener('hashchange', take);
    return () => window.removeEventListener('hashchange', take);
  }, []);
  return token;
}

function readToken(): string {
  return location.hash.slice(1);
}
