CREATE TABLE "mail_choices" (
	"project_id" text NOT NULL,
	"user_id" text NOT NULL,
	"types" text[] NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "mail_choices_project_id_user_id_pk" PRIMARY KEY("project_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "mail_notices" (
	"event_id" bigint NOT NULL,
	"user_id" text NOT NULL,
	"project_id" text NOT NULL,
	"domain_id" text,
	"type" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"mail_id" text,
	CONSTRAINT "mail_notices_event_id_user_id_pk" PRIMARY KEY("event_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "mails" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"next_at" timestamp (3) with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"lease_owner" text,
	"lease_until" timestamp (3) with time zone,
	"sent_at" timestamp (3) with time zone,
	"problem" text
);
--> statement-breakpoint
ALTER TABLE "mail_choices" ADD CONSTRAINT "mail_choices_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mail_choices" ADD CONSTRAINT "mail_choices_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mail_notices" ADD CONSTRAINT "mail_notices_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "mail_choices_user" ON "mail_choices" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "mail_notices_waiting" ON "mail_notices" USING btree ("user_id") WHERE mail_id is null;--> statement-breakpoint
CREATE INDEX "mail_notices_mail" ON "mail_notices" USING btree ("mail_id");--> statement-breakpoint
CREATE INDEX "mail_notices_at" ON "mail_notices" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "mails_open" ON "mails" USING btree ("user_id") WHERE next_at is not null;--> statement-breakpoint
CREATE INDEX "mails_due" ON "mails" USING btree ("next_at") WHERE next_at is not null;--> statement-breakpoint
CREATE INDEX "mails_newest" ON "mails" USING btree ("user_id","created_at");--> statement-breakpoint
CREATE INDEX "mails_created" ON "mails" USING btree ("created_at");