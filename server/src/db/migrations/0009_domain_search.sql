CREATE TABLE "domain_search" (
	"domain_id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"grams" text[] NOT NULL
);
--> statement-breakpoint
-- contract: a new function, which nothing of before calls
CREATE FUNCTION "public"."search_grams"("project_id" text, "name" text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ select coalesce(array_agg(distinct right(project_id, 8) || substr(name, at, 3)), '{}') from generate_series(1, length(name) - 2) as at $$;
--> statement-breakpoint
-- contract: fills a new table, and locks no row of the old one
INSERT INTO "domain_search" SELECT "id", "project_id", "name", "created_at", "public"."search_grams"("project_id", "name") FROM "domains";
--> statement-breakpoint
CREATE INDEX "domain_search_newest" ON "domain_search" USING btree ("project_id","created_at" desc nulls last,"domain_id" desc nulls last);
--> statement-breakpoint
CREATE INDEX "domain_search_grams" ON "domain_search" USING gin ("grams") WITH (fastupdate=false);
--> statement-breakpoint
-- contract: a new function, which the trigger below calls
CREATE FUNCTION "public"."note_domain_name"() RETURNS trigger LANGUAGE plpgsql AS $$ begin insert into "public"."domain_search" values (new.id, new.project_id, new.name, new.created_at, "public"."search_grams"(new.project_id, new.name)); return null; end $$;
--> statement-breakpoint
-- contract: domains that the previous version adds get their row by it, too; it fails where that insert would fail
CREATE TRIGGER "note_domain_name" AFTER INSERT ON "domains" FOR EACH ROW EXECUTE FUNCTION "public"."note_domain_name"();
--> statement-breakpoint
-- contract: what was added while the table was filled; from here on nobody writes, so this is the rest
INSERT INTO "domain_search" SELECT "id", "project_id", "name", "created_at", "public"."search_grams"("project_id", "name") FROM "domains" ON CONFLICT DO NOTHING;
--> statement-breakpoint
-- contract: of the new table only: what was deleted meanwhile
DELETE FROM "domain_search" WHERE NOT EXISTS (SELECT FROM "domains" WHERE "id" = "domain_id");
--> statement-breakpoint
ALTER TABLE "domain_search" ADD CONSTRAINT "domain_search_domain_id_domains_id_fk" FOREIGN KEY ("domain_id") REFERENCES "public"."domains"("id") ON DELETE cascade ON UPDATE no action;
