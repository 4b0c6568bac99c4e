ALTER TABLE "domains" ADD COLUMN "revision" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
-- contract: adds what nobody knows yet; the version before goes on comparing xmin, which changes with it
CREATE FUNCTION "count_revision"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.revision := OLD.revision + 1; RETURN NEW; END $$;
--> statement-breakpoint
-- contract: it counts the updates of the version before too, which does not know the column
CREATE TRIGGER "domains_revision" BEFORE UPDATE ON "domains" FOR EACH ROW EXECUTE FUNCTION "count_revision"();
