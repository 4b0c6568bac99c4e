import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: [
    './src/db/schema.ts',
    './src/db/schema-service.ts',
    './src/db/schema-dashboard.ts',
    './src/db/schema-webhooks.ts',
    './src/db/schema-mail.ts',
    './src/db/schema-publishing.ts',
    './src/db/schema-publications.ts',
    './src/db/schema-domain-connect.ts',
    './src/db/schema-keys-zone.ts',
  ],
  out: './src/db/migrations',
});
