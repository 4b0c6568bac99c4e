// The pages of the second script (`router.tsx`).
export { AccountPage } from './features/account/AccountPage.tsx';
export { ApiKeysPage } from './features/api-keys/ApiKeysPage.tsx';
export { AuditLogPage } from './features/audit-log/AuditLogPage.tsx';
export { DomainPage } from './features/domain/DomainPage.tsx';
export { InvitePage } from './features/members/InvitePage.tsx';
export { MembersPage } from './features/members/MembersPage.tsx';
export { ProjectSettingsPage } from './features/projects/ProjectSettingsPage.tsx';
export { SetupPage } from './features/setup/SetupPage.tsx';
export { ConnectedPage } from './features/setup-link/ConnectedPage.tsx';
export { SharePage } from './features/share/SharePage.tsx';
export { ConfirmedPage } from './features/sign-in/ConfirmedPage.tsx';
export { ResetPasswordPage } from './features/sign-in/ResetPasswordPage.tsx';
export { SignInPage } from './features/sign-in/SignInPage.tsx';
export { UnsubscribePage } from './features/unsubscribe/UnsubscribePage.tsx';
export { WebhookPage } from './features/webhooks/WebhookPage.tsx';
export { WebhooksPage } from './features/webhooks/WebhooksPage.tsx';
