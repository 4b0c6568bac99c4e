CREATE UNLOGGED TABLE "rate_levels" (
	"id" text PRIMARY KEY NOT NULL,
	"level" double precision NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
