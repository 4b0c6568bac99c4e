ALTER TABLE "webhooks" ADD COLUMN "created_by" text;--> statement-breakpoint
ALTER TABLE "webhooks" ADD COLUMN "api_key_id" text;--> statement-breakpoint
ALTER TABLE "dns_connections" ADD COLUMN "created_by" text;--> statement-breakpoint
ALTER TABLE "dns_connections" ADD COLUMN "api_key_id" text;