CREATE TABLE "ready_mails" (
	"link_id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"domain_id" text NOT NULL,
	"email" text,
	"asked_at" timestamp (3) with time zone NOT NULL,
	"entries" integer DEFAULT 1 NOT NULL,
	"first_tried_at" timestamp (3) with time zone,
	"next_at" timestamp (3) with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"lease_owner" text,
	"lease_until" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "ready_mails" ADD CONSTRAINT "ready_mails_link_id_share_links_id_fk" FOREIGN KEY ("link_id") REFERENCES "public"."share_links"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ready_mails" ADD CONSTRAINT "ready_mails_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ready_mails" ADD CONSTRAINT "ready_mails_domain_id_domains_id_fk" FOREIGN KEY ("domain_id") REFERENCES "public"."domains"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "ready_mails_waiting" ON "ready_mails" USING btree ("domain_id") WHERE email is not null;--> statement-breakpoint
CREATE INDEX "ready_mails_project" ON "ready_mails" USING btree ("project_id","asked_at");