CREATE TABLE "audit_log" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp (3) with time zone NOT NULL,
	"project_id" text,
	"actor_kind" text NOT NULL,
	"actor_id" text,
	"actor_name" text,
	"address" text,
	"request_id" text,
	"action" text NOT NULL,
	"object_kind" text NOT NULL,
	"object_id" text,
	"object_name" text,
	"before" jsonb,
	"after" jsonb
);
--> statement-breakpoint
CREATE TABLE "housekeeping" (
	"name" text PRIMARY KEY NOT NULL,
	"next_at" timestamp (3) with time zone NOT NULL,
	"lease_owner" text,
	"lease_until" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "created_by" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "created_by_name" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "last_used_address" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "allowed_domains" jsonb;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "allowed_networks" jsonb;--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "actor" jsonb;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "title" text;--> statement-breakpoint
ALTER TABLE "share_links" ADD COLUMN "created_by_name" text;--> statement-breakpoint
CREATE INDEX "audit_log_project" ON "audit_log" USING btree ("project_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "audit_log_actor" ON "audit_log" USING btree ("actor_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "audit_log_at" ON "audit_log" USING btree ("at");--> statement-breakpoint
-- contract: what the version before writes is unique over all projects, so within a domain; writes wait some seconds for each million of keys
CREATE UNIQUE INDEX "dkim_keys_domain_selector" ON "dkim_keys" USING btree ("domain_id","selector");--> statement-breakpoint
-- contract: the index above serves every statement that this one served
DROP INDEX "dkim_keys_domain";--> statement-breakpoint
-- contract: null only where several projects have one name and selector, which the version before refuses; it builds the record of such a further key wrong until it is replaced, and changes nothing by it
ALTER TABLE "dkim_keys" ALTER COLUMN "domain_name" DROP NOT NULL;--> statement-breakpoint
-- contract: adds an index; writes wait some seconds for each million of domains
CREATE INDEX "domains_name" ON "domains" USING btree ("name");--> statement-breakpoint
-- contract: of a new table, which the version before does not know
CREATE FUNCTION "keep_audit_log"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'DELETE' THEN IF OLD.at < now() - interval '400 days' THEN RETURN OLD; END IF; END IF; RAISE EXCEPTION 'Nothing in the audit log is changed, and nothing deleted before 400 days are over.' USING ERRCODE = 'insufficient_privilege'; END $$;
--> statement-breakpoint
-- contract: of a new table, which the version before does not know
CREATE TRIGGER "audit_log_kept" BEFORE UPDATE OR DELETE ON "audit_log" FOR EACH ROW EXECUTE FUNCTION "keep_audit_log"();
--> statement-breakpoint
-- contract: of a new table, which the version before does not know
CREATE TRIGGER "audit_log_not_emptied" BEFORE TRUNCATE ON "audit_log" FOR EACH STATEMENT EXECUTE FUNCTION "keep_audit_log"();
