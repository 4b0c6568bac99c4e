CREATE TABLE "domain_connect_keys" (
	"host" text PRIMARY KEY NOT NULL,
	"public_key" text NOT NULL,
	"private_key_sealed" "bytea" NOT NULL,
	"secret_key_id" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "domain_connect_returns" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"domain_id" text NOT NULL,
	"return_sealed" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "domain_connect_returns" ADD CONSTRAINT "domain_connect_returns_domain_id_domains_id_fk" FOREIGN KEY ("domain_id") REFERENCES "public"."domains"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "domain_connect_returns_domain" ON "domain_connect_returns" USING btree ("domain_id");--> statement-breakpoint
CREATE INDEX "domain_connect_returns_expires" ON "domain_connect_returns" USING btree ("expires_at");