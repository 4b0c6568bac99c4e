import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { call } from '../../api/call.ts';
import { showToast } from '../../components/toast-store.ts';

/** The ways that menus and the palette share. */
export function useNavigation() {
  const navigate = useNavigate();
  const client = useQueryClient();
  return {
    navigate,
    goToProject(projectId: string) {
      void navigate({ to: '/projects/$projectId/domains', params: { projectId } });
    },
    async signOut() {
      try {
        await call('DELETE /api/session', {});
      } catch (error) {
        showToast(error instanceof Error ? error.message : 'Couldn’t sign you out. Try again.');
        return;
      }
      // First away from what needs the session, then forget what it showed.
      await navigate({ to: '/sign-in', search: {} });
      client.clear();
    },
  };
}
