ALTER TABLE "projects" ADD COLUMN "return_origins" jsonb;--> statement-breakpoint
ALTER TABLE "share_links" ADD COLUMN "api_key_id" text;--> statement-breakpoint
ALTER TABLE "share_links" ADD COLUMN "return_url" text;--> statement-breakpoint
-- contract: adds an index of the few domains that have such an id; writes wait some seconds for each million of domains
CREATE INDEX "domains_external_id" ON "domains" USING btree ("project_id","external_id") WHERE external_id is not null;