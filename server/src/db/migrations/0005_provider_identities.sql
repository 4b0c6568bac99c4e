CREATE TABLE "installation" (
	"is_only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"id" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "provider_identities" (
	"region_key" text NOT NULL,
	"name" text NOT NULL,
	"revision" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp (3) with time zone NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"lease_owner" text,
	"lease_until" timestamp (3) with time zone,
	"state" text DEFAULT 'pending' NOT NULL,
	"given_key_id" text,
	"seen" jsonb,
	"seen_at" timestamp (3) with time zone,
	"problem" text,
	CONSTRAINT "provider_identities_region_key_name_pk" PRIMARY KEY("region_key","name")
);
--> statement-breakpoint
CREATE INDEX "provider_identities_due" ON "provider_identities" USING btree ("region_key","next_at");