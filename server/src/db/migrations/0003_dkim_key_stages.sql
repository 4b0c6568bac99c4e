DROP INDEX "dkim_keys_one_active";--> statement-breakpoint
ALTER TABLE "dkim_keys" ADD COLUMN "origin" text DEFAULT 'generated' NOT NULL;--> statement-breakpoint
ALTER TABLE "dkim_keys" ADD COLUMN "published_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "dkim_keys" ADD COLUMN "activated_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "dkim_keys" ADD COLUMN "retire_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "dkim_keys" ADD COLUMN "retired_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "dkim_keys" ADD COLUMN "revoked_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "dkim_keys" ADD COLUMN "sight" text;--> statement-breakpoint
ALTER TABLE "domains" ADD COLUMN "dkim_rotation_days" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "domains" ADD COLUMN "has_keys_in_motion" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "dkim_keys_one_active_of_kind" ON "dkim_keys" USING btree ("domain_id",("algorithm" = 'ed25519')) WHERE stage = 'active';--> statement-breakpoint
CREATE UNIQUE INDEX "dkim_keys_one_pending_of_kind" ON "dkim_keys" USING btree ("domain_id",("algorithm" = 'ed25519')) WHERE stage = 'pending';