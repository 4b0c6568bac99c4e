import type { Project } from '../../api/account.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { AddDomain } from './AddDomain.tsx';

/** The form for a domain, above whatever page is open. */
export function AddDomainDialog({
  project,
  initial = '',
  onClose,
}: {
  project: Project;
  /** What the field begins with. */
  initial?: string;
  onClose(): void;
}) {
  return (
    <Dialog title="Add domain" onClose={onClose}>
      <AddDomain
        projectId={project.id}
        primaryRegion={project.primaryRegion}
        isTest={project.isTest}
        initial={initial}
        onCancel={onClose}
      />
    </Dialog>
  );
}
