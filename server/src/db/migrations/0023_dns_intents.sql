CREATE TABLE "dns_intents" (
	"domain_id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"domain_name" text NOT NULL,
	"revision" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp (3) with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"lease_owner" text,
	"lease_until" timestamp (3) with time zone,
	"keys_until" timestamp (3) with time zone,
	"problem" jsonb,
	"drift" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"compared_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "domains" ADD COLUMN "auto_publish" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "dns_intents" ADD CONSTRAINT "dns_intents_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "dns_intents_due" ON "dns_intents" USING btree ("next_at") WHERE next_at is not null;--> statement-breakpoint
CREATE INDEX "dns_intents_project" ON "dns_intents" USING btree ("project_id");