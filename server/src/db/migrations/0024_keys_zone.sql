CREATE TABLE "key_targets" (
	"domain_id" text PRIMARY KEY NOT NULL,
	"keys_below" text NOT NULL,
	"revision" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp (3) with time zone NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"lease_owner" text,
	"lease_until" timestamp (3) with time zone,
	"targets" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"settled_at" timestamp (3) with time zone,
	"problem" text,
	"is_gone" boolean DEFAULT false NOT NULL,
	"remove_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "keys_zones" (
	"name" text PRIMARY KEY NOT NULL,
	"next_at" timestamp (3) with time zone NOT NULL,
	"lease_owner" text,
	"lease_until" timestamp (3) with time zone,
	"checked_at" timestamp (3) with time zone,
	"is_right" boolean,
	"since" timestamp (3) with time zone,
	"problems" jsonb DEFAULT '[]'::jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "dkim_mode" text DEFAULT 'txt' NOT NULL;--> statement-breakpoint
CREATE INDEX "key_targets_due" ON "key_targets" USING btree ("next_at");--> statement-breakpoint
-- contract: a new function, which the triggers below call
CREATE FUNCTION "public"."note_key_target"() RETURNS trigger LANGUAGE plpgsql AS $$ begin if tg_table_name = 'dkim_keys' then update "public"."key_targets" set next_at = 'epoch', attempts = 0, revision = revision + 1 where domain_id = coalesce(new.domain_id, old.domain_id); elsif tg_op = 'DELETE' then update "public"."key_targets" set is_gone = true, next_at = 'epoch', attempts = 0, revision = revision + 1 where domain_id = old.id; else insert into "public"."key_targets" (domain_id, keys_below, next_at) values (new.id, new.record_settings->>'keysBelow', 'epoch') on conflict (domain_id) do update set is_gone = false, remove_at = null, next_at = 'epoch', revision = "public"."key_targets".revision + 1; end if; return null; end $$;
--> statement-breakpoint
-- contract: writes to the new table only, for domains that the previous version never adds
CREATE TRIGGER "note_key_target_added" AFTER INSERT ON "domains" FOR EACH ROW WHEN (new.record_settings ? 'keysBelow') EXECUTE FUNCTION "public"."note_key_target"();
--> statement-breakpoint
-- contract: writes to the new table only, whichever version deletes the domain
CREATE TRIGGER "note_key_target_gone" AFTER DELETE ON "domains" FOR EACH ROW WHEN (old.record_settings ? 'keysBelow') EXECUTE FUNCTION "public"."note_key_target"();
--> statement-breakpoint
-- contract: writes to the new table only; the first key of a domain is noted with the domain
CREATE TRIGGER "note_key_target_key_added" AFTER INSERT ON "dkim_keys" FOR EACH ROW WHEN (new.stage <> 'active') EXECUTE FUNCTION "public"."note_key_target"();
--> statement-breakpoint
-- contract: writes to the new table only, whichever version changes the key
CREATE TRIGGER "note_key_target_key_changed" AFTER UPDATE OF "stage", "revoked_at" ON "dkim_keys" FOR EACH ROW WHEN (old.stage is distinct from new.stage or old.revoked_at is distinct from new.revoked_at) EXECUTE FUNCTION "public"."note_key_target"();
