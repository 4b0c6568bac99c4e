CREATE TABLE "dns_publications" (
	"domain_id" text NOT NULL,
	"name" text NOT NULL,
	"type" text NOT NULL,
	"project_id" text NOT NULL,
	"zone" text NOT NULL,
	"connection_id" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"written_at" timestamp (3) with time zone,
	"intent" jsonb,
	"intended_at" timestamp (3) with time zone,
	"lease_owner" text,
	"lease_until" timestamp (3) with time zone,
	CONSTRAINT "dns_publications_domain_id_name_type_pk" PRIMARY KEY("domain_id","name","type")
);
--> statement-breakpoint
ALTER TABLE "dns_publications" ADD CONSTRAINT "dns_publications_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "dns_publications_project" ON "dns_publications" USING btree ("project_id");