import { Navigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Page } from '../../components/Page.tsx';
import { CreateProjectDialog } from '../projects/CreateProjectDialog.tsx';
import { useProject } from './use-project.ts';

/** Leads on to the project that was open last, or to making the first one. */
export function HomePage() {
  const { project, account } = useProject();
  const [isCreating, setCreating] = useState(false);
  if (project) return <Navigate to="/projects/$projectId/domains" params={{ projectId: project.id }} replace />;
  return (
    <Page title="Projects">
      <Card label="Projects">
        <EmptyState title="No projects yet">
          <p className="mb-4">A project holds domains and the API keys that work with them.</p>
          {account.canCreateProjects && (
            <Button variant="primary" onClick={() => setCreating(true)}>
              New project
            </Button>
          )}
        </EmptyState>
      </Card>
      {isCreating && <CreateProjectDialog onClose={() => setCreating(false)} />}
    </Page>
  );
}
