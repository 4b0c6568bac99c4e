CREATE TABLE "project_logos" (
	"project_id" text PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"image" "bytea" NOT NULL
);
--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "brand_color" text;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "logo_version" text;--> statement-breakpoint
ALTER TABLE "share_links" ADD COLUMN "recipient" text;--> statement-breakpoint
ALTER TABLE "share_links" ADD COLUMN "first_opened_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "share_links" ADD COLUMN "last_opened_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "project_logos" ADD CONSTRAINT "project_logos_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;