ALTER TABLE "domains" ADD COLUMN "is_test" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "is_test" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "clock_offset_ms" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "clock_lease_owner" text;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "clock_lease_until" timestamp (3) with time zone;--> statement-breakpoint
-- contract: adds an index of the few domains of test projects, of which there are none yet; writes wait some seconds for each million of domains
CREATE INDEX "domains_test_due" ON "domains" USING btree ("project_id","next_check_at") WHERE is_test;