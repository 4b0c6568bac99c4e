ALTER TABLE "domains" ADD COLUMN "needs_fix" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "domains" ADD COLUMN "unicode_name" text;--> statement-breakpoint
ALTER TABLE "domains" ADD COLUMN "external_id" text;--> statement-breakpoint
ALTER TABLE "domains" ADD COLUMN "metadata" jsonb;