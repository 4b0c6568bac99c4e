// Made from the service's /openapi.json by "npm run docs": do not edit.

export interface paths {
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Liveness
         * @description Answers 200 while the process is running.
         */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Readiness
         * @description Answers 200 while this node can serve requests, or 503 while the database is unavailable or the node is shutting down.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the API key in use
         * @description What the key that asks may do, and in which project.
         */
        get: operations["getOwnApiKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List audit log entries
         * @description Who did what in this project, newest first. Takes a key with full access to the whole project. Entries are kept for 400 days.
         */
        get: operations["listAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dns-connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List DNS connections
         * @description Lists the project's connections, oldest first.
         */
        get: operations["listDnsConnections"];
        put?: never;
        /**
         * Create a DNS connection
         * @description Tries the credentials first. If they don't work, nothing is saved and the error says what they lack. Secrets are sealed, and no response shows them again.
         */
        post: operations["createDnsConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dns-connections/{connectionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a DNS connection
         * @description Includes the project's domains in its zones.
         */
        get: operations["getDnsConnection"];
        put?: never;
        post?: never;
        /**
         * Delete a DNS connection
         * @description Deletes the credentials. Records that were published through the connection stay in DNS.
         */
        delete: operations["deleteDnsConnection"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dns-connections/{connectionId}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Test a DNS connection
         * @description Tries the credentials and lists the zones that they reach. With `zone`, also creates and removes a TXT record there. The response is 200 either way: `problem` says what the credentials lack.
         */
        post: operations["testDnsConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/domains": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List domains
         * @description Newest first. Filter with `status`, `regionKey` and `search`; `name` and `externalId` find one.
         */
        get: operations["listDomains"];
        put?: never;
        /**
         * Add a domain
         * @description Returns the DNS records to publish. The status is always `PENDING_CONFIGURATION`; verify the domain once the records are published.
         */
        post: operations["createDomain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/domains/{domainId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a domain
         * @description Returns what is stored. Reading never checks DNS.
         */
        get: operations["getDomain"];
        put?: never;
        post?: never;
        /**
         * Delete a domain
         * @description Deletes the domain and its DKIM keys for good. Records that the service published for it are removed in the background, as `withdraw` says.
         */
        delete: operations["deleteDomain"];
        options?: never;
        head?: never;
        /**
         * Change the settings of a domain
         * @description Sets how often the RSA key is rotated automatically, and whether records are published automatically. What is left out stays as it is.
         */
        patch: operations["updateDomain"];
        trace?: never;
    };
    "/v1/domains/{domainId}/attributes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the attributes of a domain
         * @description Returns the `externalId` and `metadata` that the domain was added with, and what the Domain object leaves out: `dkimMode`, `autoPublish`, and the state of automatic publishing.
         */
        get: operations["getDomainAttributes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/domains/{domainId}/diagnostics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Diagnose a domain
         * @description What every name server answered, what is wrong with each record, and how to fix it. `refresh=true` takes a key with full access.
         */
        get: operations["getDomainDiagnostics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/domains/{domainId}/dns-plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Plan what to publish
         * @description Reads the zone through the DNS connection that reaches it and returns what would be written, record set by record set. It writes nothing. Records of others are never changed or removed without a consent that names them.
         */
        get: operations["getDnsPlan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/domains/{domainId}/dns-plan/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publish a plan
         * @description Writes everything in the plan that takes nothing away, and the conflicts that `consents` names. The response is 200 when that is done, or 202 if it continues in the background. The domain is checked right afterwards. If the zone has changed since the plan was made, nothing is written and the response is 409.
         */
        post: operations["applyDnsPlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/domains/{domainId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the events of a domain
         * @description Newest first.
         */
        get: operations["listDomainEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/domains/{domainId}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the DKIM keys of a domain
         * @description Newest first.
         */
        get: operations["listDomainKeys"];
        put?: never;
        /**
         * Create or import a DKIM key
         * @description The new key is `pending`. Publish its record; once it is on every name server, the key signs automatically.
         */
        post: operations["createDomainKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/domains/{domainId}/keys/{selector}/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Activate a DKIM key
         * @description Signs with this key from now on. Its record must be published on every name server.
         */
        post: operations["activateDomainKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/domains/{domainId}/keys/{selector}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke a DKIM key
         * @description Deletes the private key for good. The key that is signing mail can't be revoked.
         */
        post: operations["revokeDomainKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/domains/{domainId}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Test authentication
         * @description Signs a sample message and evaluates SPF, DKIM and DMARC the way a receiver would, from DNS as it is now. Nothing is sent.
         */
        post: operations["testDomain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/domains/{domainId}/records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the records to publish
         * @description All records of a domain in the form in which DNS panels take them, with how each stood at the last check, and the records of further DKIM keys that have to be there.
         */
        get: operations["listDomainRecords"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/domains/{domainId}/setup-link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a link that adds the records
         * @description Finds out whether the domain's DNS provider supports Domain Connect, and creates a signed link that adds the missing records. The provider sends the customer back once; whatever it says then, the domain is checked.
         */
        get: operations["getSetupLink"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/domains/{domainId}/share-links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the share links of a domain
         * @description Newest first, also those that ended, 200 at most. The address of a link is shown only when it is created.
         */
        get: operations["listShareLinks"];
        put?: never;
        /**
         * Create a share link
         * @description Creates a link to a page with the records of this domain and how they stand, for whoever owns its DNS and has no account here.
         */
        post: operations["createShareLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/domains/{domainId}/share-links/{linkId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a share link
         * @description Ends the link from the next request on.
         */
        delete: operations["revokeShareLink"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/domains/{domainId}/sign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign a message
         * @description Send an RFC 5322 message of up to 25 MB as `message/rfc822`. Returns the DKIM-Signature header fields to put in front of it.
         */
        post: operations["signMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/domains/{domainId}/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verify a domain
         * @description Checks the DNS records once and answers with the result. If something is missing, checks continue in the background for 72 hours.
         */
        post: operations["verifyDomain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/domains/{domainId}/zone-file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download the DNS records of a domain
         * @description As a zone file, Terraform, Cloudflare's import file or CSV.
         */
        get: operations["exportDomainRecords"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the events of a project
         * @description Oldest first, for 30 days. Ask again with `nextCursor` to go on: a cursor never passes an event, whenever its transaction commits. What is listed is what webhooks get.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow the events of a project
         * @description Server-sent events, from whichever node made the change: `id` is the event, `event` its type, `data` the body that webhooks get, to the octet. After `Last-Event-ID` it goes on with what came since; without it, with what comes from now on.
         */
        get: operations["streamEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/mail-server-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the private keys of verified domains
         * @description For your own mail server. Requires an API key with the permission `mail_server`. The `ETag` of the first page covers all pages: send it in `If-None-Match` to get a 304 until a key changes.
         */
        get: operations["listMailServerKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/regions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List regions
         * @description The regions that domains can be added to. One of them is the primary region of the project.
         */
        get: operations["listRegions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/test/advance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move the clock of a test project
         * @description Moves the clock forward and responds when everything that became due has run, in order: checks, key rotation, events and webhook deliveries. If that is more than 20 seconds of work, `remainingSeconds` says what is left. Test projects only.
         */
        post: operations["advanceTestClock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhooks
         * @description Newest first. Secrets are hidden.
         */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Create a webhook
         * @description Events are sent to the URL from now on. The secret is shown here and in `reveal` only.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhookId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a webhook
         * @description Its secret is hidden; see `reveal`.
         */
        get: operations["getWebhook"];
        /**
         * Update a webhook
         * @description Enabling a webhook goes on with what is left. The secret can't be set; see `rotate-secret`.
         */
        put: operations["updateWebhook"];
        post?: never;
        /**
         * Delete a webhook
         * @description What waits for it is deleted, too. Answers with the webhook as it was.
         */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhookId}/deliveries/{deliveryId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a delivery
         * @description With its last request and response, exactly as they were.
         */
        get: operations["getWebhookDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhookId}/deliveries/{deliveryId}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a delivery again
         * @description Now, whatever became of it, and with all tries if it fails.
         */
        post: operations["retryWebhookDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhookId}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the deliveries of a webhook
         * @description Newest first. Kept for 30 days.
         */
        get: operations["listWebhookLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhookId}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send an event to a webhook
         * @description Queues a delivery of the given event and data, retried as usual. The webhook must be subscribed to the event. At most 16 KiB each, and for a project 1 MiB at once, then 2 KiB a second.
         */
        post: operations["resendWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhookId}/retry-failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send failed deliveries again
         * @description Retries every delivery created since then that has not succeeded.
         */
        post: operations["retryFailedDeliveries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhookId}/reveal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reveal a webhook's secret
         * @description Takes a key with full access. The audit log notes it.
         */
        get: operations["revealWebhookSecret"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhookId}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change a webhook's secret
         * @description For 24 hours both secrets sign: `webhook-signature` has two signatures.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhookId}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a sample to a webhook
         * @description Sends a sample event once, and answers with what came of it. It works for disabled webhooks, too.
         */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AppliedDnsPlan: {
            /**
             * @description The DNS connection that reaches the zone.
             * @example 60d5ec49f1b2c72d9c8b4444
             */
            connectionId: string;
            /** @description The conflicts that were not agreed to, or that nobody can agree to. */
            left: components["schemas"]["DnsChange"][];
            /**
             * @description `writing`: it continues in the background. `isBeingWritten` in the plan says whether it's done.
             * @enum {string}
             */
            status: "written" | "writing";
            /** @description The record sets that changed. */
            written: {
                after: {
                    /**
                     * @description The data of each record, as a zone file has it (RFC 1035 §5.1).
                     * @example [
                     *       "\"v=spf1 include:amazonses.com ~all\""
                     *     ]
                     */
                    rdata: string[];
                    /**
                     * @description In seconds.
                     * @example 3600
                     */
                    ttl: number;
                } | null;
                before: {
                    /**
                     * @description The data of each record, as a zone file has it (RFC 1035 §5.1).
                     * @example [
                     *       "\"v=spf1 include:amazonses.com ~all\""
                     *     ]
                     */
                    rdata: string[];
                    /**
                     * @description In seconds.
                     * @example 3600
                     */
                    ttl: number;
                } | null;
                /**
                 * @description Without a final dot.
                 * @example asend.example.com
                 */
                name: string;
                /** @enum {string} */
                type: "TXT" | "MX" | "CNAME";
            }[];
            /**
             * @description The zone that holds these names.
             * @example example.com
             */
            zone: string;
        };
        AuditEntry: {
            /**
             * @description What was done: `installation.set_up`, `account.signed_in`, `account.sign_in_failed`, `account.signed_out`, `account.session_ended`, `account.password_changed`, `account.password_reset`, `account.reset_link_created`, `account.changed`, `account.deleted`, `project.created`, `project.updated`, `project.deleted`, `member.joined`, `member.role_changed`, `member.removed`, `member.left`, `invitation.created`, `invitation.revoked`, `api_key.created`, `api_key.revoked`, `share_link.created`, `share_link.revoked`, `private_keys.exported`, `domain.deleted`, `domain.updated`, `domain.dns_published`, `dkim_key.created`, `dkim_key.activated`, `dkim_key.revoked`, `webhook.created`, `webhook.updated`, `webhook.deleted`, `webhook.disabled`, `webhook.secret_revealed`, `webhook.secret_rotated`, `dns_connection.created`, `dns_connection.deleted`, `audit_log.exported`. More may come.
             * @example api_key.created
             */
            action: string;
            actor: {
                id: string | null;
                /** @description As it was then. */
                name: string | null;
                /**
                 * @description A person of the dashboard, an API key, the operator on the command line, the service itself, or somebody unknown.
                 * @enum {string}
                 */
                type: "person" | "api_key" | "operator" | "service" | "unknown";
            };
            /** @description From where; null for the command line and the service. */
            address: string | null;
            /** @description What changed, as it is since. */
            after: {
                [key: string]: string | number | boolean | null | string[];
            } | null;
            /** Format: date-time */
            at: string;
            /** @description What changed, as it was. Never a secret. */
            before: {
                [key: string]: string | number | boolean | null | string[];
            } | null;
            /** @description Grows with time; an opaque text to clients. */
            id: string;
            object: {
                id: string | null;
                name: string | null;
                type: string;
            };
            projectId: string | null;
            /** @description The `X-Request-Id` of the answer. */
            requestId: string | null;
        };
        ClockAdvance: {
            /**
             * @description Checks run.
             * @example 8
             */
            checks: number;
            /**
             * @description Webhook delivery attempts, successful or not.
             * @example 2
             */
            deliveries: number;
            /**
             * @description Events created.
             * @example 5
             */
            events: number;
            /**
             * Format: date-time
             * @description What the project’s clock shows.
             * @example 2026-01-15T13:00:00.000Z
             */
            now: string;
            /**
             * @description What is left if there was more to run than one call can; call again with this. 0 if everything that became due has run.
             * @example 0
             */
            remainingSeconds: number;
            /**
             * @description How far you asked to move the clock.
             * @example 3600
             */
            seconds: number;
        };
        Diagnostics: {
            /** @description Null before the first check. */
            checkedAt: string | null;
            /**
             * Format: date-time
             * @description When the current status ends unless the records are found.
             */
            deadlineAt?: string;
            /** @description Findings about the zone and its name servers. */
            findings: components["schemas"]["Finding"][];
            /** @description The records of additional DKIM keys to publish, or the second CNAME if `dkimMode` is `cname`. Absent if there are none. */
            keys?: {
                /** @description The names that CNAMEs pointed to, in order. */
                aliases: string[];
                answers: components["schemas"]["ServerAnswer"][];
                expected: string;
                findings: components["schemas"]["Finding"][];
                /** @description The distinct values found, in presentation format (RFC 1035 §5.1). Long values are cut. */
                found: string[];
                /** @description The name as a DNS panel expects it: relative to `zone`, or `@` for the zone itself. */
                host: string;
                name: string;
                selector: string;
                /**
                 * @description The stage of the key. Absent if the record is the second of two CNAMEs and there is no key behind it.
                 * @enum {string}
                 */
                stage?: "pending" | "active" | "retiring" | "retired";
                /** @enum {string} */
                status: "verified" | "missing" | "mismatched" | "conflicting" | "unknown";
                /** @enum {string} */
                type: "TXT" | "MX" | "CNAME";
                /**
                 * Format: date-time
                 * @description When every resolver has dropped its cached negative answer (RFC 2308).
                 */
                visibleToResolversBy?: string;
                /** @description The zone that contains the name. Null if unknown. */
                zone: string | null;
            }[];
            nextCheckAt: string | null;
            /** @description The sending provider of this region. Absent if none is configured. */
            provider?: components["schemas"]["SendingProvider"];
            records: {
                /** @description The names that CNAMEs pointed to, in order. */
                aliases: string[];
                answers: components["schemas"]["ServerAnswer"][];
                expected: string;
                findings: components["schemas"]["Finding"][];
                /** @description The distinct values found, in presentation format (RFC 1035 §5.1). Long values are cut. */
                found: string[];
                /** @description The name as a DNS panel expects it: relative to `zone`, or `@` for the zone itself. */
                host: string;
                name: string;
                /** @enum {string} */
                record: "ownership" | "dkim" | "mail_from_mx" | "mail_from_spf" | "dmarc";
                /** @enum {string} */
                status: "verified" | "missing" | "mismatched" | "conflicting" | "unknown";
                /** @enum {string} */
                type: "TXT" | "MX" | "CNAME";
                /**
                 * Format: date-time
                 * @description When every resolver has dropped its cached negative answer (RFC 2308).
                 */
                visibleToResolversBy?: string;
                /** @description The zone that contains the name. Null if unknown. */
                zone: string | null;
            }[];
            zone: {
                /**
                 * @description What a validating resolver says. `unknown` if none of the configured resolvers validates.
                 * @enum {string}
                 */
                dnssec: "signed" | "unsigned" | "bogus" | "unknown";
                name: string;
                nameservers: {
                    addresses: string[];
                    answered: boolean;
                    name: string;
                }[];
                /** @description The DNS provider, recognized by its name servers. Absent if uncertain. */
                provider?: {
                    helpUrl: string | null;
                    hostNote: string | null;
                    name: string;
                };
            } | null;
        };
        DnsChange: {
            /**
             * @description `create`: nothing is there yet. `merge`: the record is added to what others have there, which stays. `replace`: only what the service wrote itself changes. `keep`: nothing changes. `conflict`: something of others would have to go, or somebody must do something first.
             * @enum {string}
             */
            action: "create" | "merge" | "replace" | "keep" | "conflict";
            /** @description What will be there afterwards; null if nothing will. */
            after: {
                /**
                 * @description The data of each record, as a zone file has it (RFC 1035 §5.1).
                 * @example [
                 *       "\"v=spf1 include:amazonses.com ~all\""
                 *     ]
                 */
                rdata: string[];
                /**
                 * @description In seconds.
                 * @example 3600
                 */
                ttl: number;
            } | null;
            /** @description What is there now; null if nothing is. */
            before: {
                /**
                 * @description The data of each record, as a zone file has it (RFC 1035 §5.1).
                 * @example [
                 *       "\"v=spf1 include:amazonses.com ~all\""
                 *     ]
                 */
                rdata: string[];
                /**
                 * @description In seconds.
                 * @example 3600
                 */
                ttl: number;
            } | null;
            /** @description Present if the `conflict` can be agreed to. Several changes may need the same consent. */
            consent?: {
                /**
                 * @description What to send in `consents`. It covers what is there now, and nothing else.
                 * @example MX:asend.example.com:5f0c2b1a
                 */
                code: string;
                /** @description What you agree to. It names what goes. */
                message: string;
            };
            /**
             * @description Without a final dot.
             * @example asend.example.com
             */
            name: string;
            /** @description Absent if there is nothing to say. */
            reason?: {
                /**
                 * @description New codes may be added.
                 * @example foreign_mx
                 */
                code: string;
                /** @description What a person can do about it if no consent helps. */
                fix: string | null;
                /** @description What was found there. Names and values are in backticks. */
                message: string;
            };
            /** @enum {string} */
            type: "TXT" | "MX" | "CNAME";
        };
        DnsConnection: {
            /** Format: date-time */
            createdAt: string;
            /** @description False if there may be more: DNS update (RFC 2136) can’t list zones. */
            hasAllZones: boolean;
            /** @example 60d5ec49f1b2c72d9c8b4444 */
            id: string;
            /** @description The last error. It is over if `lastSuccessAt` is later. */
            lastError: {
                /** Format: date-time */
                at: string;
                /**
                 * @description The kind of problem. New codes may be added.
                 * @example unauthorized
                 */
                code: string;
                /** @description What the provider said, or what was found. Untrusted text; null if there is none. */
                detail: string | null;
                /** @description What is wrong, and what the credentials lack. */
                message: string;
            } | null;
            /** @description When a call to the provider last succeeded, to the minute. */
            lastSuccessAt: string | null;
            /** @example Our name server */
            name: string;
            /** @enum {string} */
            provider: "rfc2136" | "powerdns" | "cloudflare" | "route53" | "desec" | "hetzner" | "digitalocean" | "gandi";
            /** @description Those that aren’t secret, with defaults filled in. Secrets are never shown again. */
            settings: {
                [key: string]: string;
            };
            /**
             * @description The zones that the credentials are known to reach, at most 200.
             * @example [
             *       "example.com"
             *     ]
             */
            zones: string[];
        };
        DnsConnectionDetail: {
            /** Format: date-time */
            createdAt: string;
            /**
             * @description The project's domains in these zones, at most 100.
             * @example [
             *       "mail.example.com"
             *     ]
             */
            domains: string[];
            /** @description False if there may be more: DNS update (RFC 2136) can’t list zones. */
            hasAllZones: boolean;
            hasMoreDomains: boolean;
            /** @example 60d5ec49f1b2c72d9c8b4444 */
            id: string;
            /** @description The last error. It is over if `lastSuccessAt` is later. */
            lastError: {
                /** Format: date-time */
                at: string;
                /**
                 * @description The kind of problem. New codes may be added.
                 * @example unauthorized
                 */
                code: string;
                /** @description What the provider said, or what was found. Untrusted text; null if there is none. */
                detail: string | null;
                /** @description What is wrong, and what the credentials lack. */
                message: string;
            } | null;
            /** @description When a call to the provider last succeeded, to the minute. */
            lastSuccessAt: string | null;
            /** @example Our name server */
            name: string;
            /** @enum {string} */
            provider: "rfc2136" | "powerdns" | "cloudflare" | "route53" | "desec" | "hetzner" | "digitalocean" | "gandi";
            /** @description Those that aren’t secret, with defaults filled in. Secrets are never shown again. */
            settings: {
                [key: string]: string;
            };
            /**
             * @description The zones that the credentials are known to reach, at most 200.
             * @example [
             *       "example.com"
             *     ]
             */
            zones: string[];
        };
        DnsConnectionTest: {
            /** @description False if there may be more: DNS update (RFC 2136) can’t list zones. */
            hasAllZones: boolean;
            problem: {
                /**
                 * @description The kind of problem. New codes may be added.
                 * @example unauthorized
                 */
                code: string;
                /** @description What the provider said, or what was found. Untrusted text; null if there is none. */
                detail: string | null;
                /** @description What is wrong, and what the credentials lack. */
                message: string;
            } | null;
            success: boolean;
            /** @description The zone that a record was created in and removed from; null if none was. */
            writtenTo: string | null;
            /**
             * @description The zones that the credentials are known to reach, at most 200.
             * @example [
             *       "example.com"
             *     ]
             */
            zones: string[];
        };
        DnsPlan: {
            changes: components["schemas"]["DnsChange"][];
            /**
             * @description The DNS connection that reaches the zone.
             * @example 60d5ec49f1b2c72d9c8b4444
             */
            connectionId: string;
            /** @example Our name server */
            connectionName: string;
            /** @description Whether an earlier plan is being written right now. */
            isBeingWritten: boolean;
            /**
             * @description The id of the plan. It changes as soon as the zone does.
             * @example 9b1f…
             */
            planId: string;
            /**
             * @description The zone that holds these names.
             * @example example.com
             */
            zone: string;
        };
        Domain: {
            /** Format: date-time */
            createdAt: string;
            /** @description The published DKIM key is this domain's key. */
            dkimEnabled: boolean;
            /** @description A valid DMARC policy applies to the domain. */
            dmarcEnabled: boolean;
            dnsRecords: {
                /** @description A TXT record with the key, or the first of two CNAMEs if the domain has `dkimMode` `cname`; list both with `GET /v1/domains/{domainId}/records`. */
                dkim: {
                    name: string;
                    purpose: string;
                    /** @constant */
                    type: "TXT";
                    value: string;
                } | {
                    name: string;
                    purpose: string;
                    /** @constant */
                    type: "CNAME";
                    value: string;
                };
                dmarc: {
                    name: string;
                    purpose: string;
                    /** @constant */
                    type: "TXT";
                    value: string;
                };
                readonly mailFrom: [
                    {
                        name: string;
                        priority: number;
                        purpose: string;
                        /** @constant */
                        type: "MX";
                        value: string;
                    },
                    {
                        name: string;
                        purpose: string;
                        /** @constant */
                        type: "TXT";
                        value: string;
                    }
                ];
                ownership: {
                    name: string;
                    purpose: string;
                    /** @constant */
                    type: "TXT";
                    value: string;
                };
            };
            /**
             * @description In lowercase, with A-labels (punycode).
             * @example example.com
             */
            domainName: string;
            /** @example 60d5ec49f1b2c72d9c8b2222 */
            id: string;
            /**
             * Format: date-time
             * @description Equals createdAt until the first check.
             */
            lastCheckedAt: string;
            /** @description Both MAIL FROM records are correct. */
            mailFromEnabled: boolean;
            /** @description The ownership record was found. */
            ownershipVerified: boolean;
            /** @example us-east-1 */
            regionKey: string;
            verificationInProgress: boolean;
            /** @enum {string} */
            verificationStatus: "PENDING_CONFIGURATION" | "VERIFIED" | "TEMPORARY_FAILURE" | "FAILED";
            /**
             * Format: date-time
             * @description Absent until the domain is first VERIFIED.
             */
            verifiedAt?: string;
        };
        Event: {
            /** @description Who did it; null for what the service found or did automatically. */
            actor: {
                id: string | null;
                /** @description As it was then. */
                name: string | null;
                /**
                 * @description A person of the dashboard, an API key, the operator on the command line, the service itself, or somebody unknown.
                 * @enum {string}
                 */
                type: "person" | "api_key" | "operator" | "service" | "unknown";
            } | null;
            /** Format: date-time */
            at: string;
            /** @description Details of the change. Its keys depend on the type. */
            data: {
                [key: string]: unknown;
            };
            /** @description An opaque id that increases over time. */
            id: string;
            /**
             * @description What changed: `domain.created`, `domain.verified`, `domain.at_risk`, `domain.restored`, `domain.failed`, `domain.updated`, `record.verified`, `record.missing`, `key.created`, `key.published`, `key.activated`, `key.retiring`, `key.retired` (its TXT record is safe to remove; a CNAME must stay), `key.revoked`, `dns.published`, `dns.drifted`, `dns.publish_failed`. New types may be added.
             * @example record.verified
             */
            type: string;
        };
        Failure: {
            error: {
                code: string;
                details?: {
                    field: string;
                    message: string;
                }[];
                message: string;
                /** @description In seconds. Only with RATE_LIMIT_EXCEEDED. */
                retryAfter?: number;
            };
            /** @constant */
            success: false;
        };
        FeedEvent: {
            /** Format: date-time */
            createdAt: string;
            data: {
                domain: components["schemas"]["Domain"];
                externalId: string | null;
                metadata: {
                    [key: string]: string;
                };
                /** @description Grows by one with each of the domain's events: drop what is older. */
                sequence: number;
            };
            /**
             * @description The `webhook-id` of its deliveries; as `cursor`, what comes after it.
             * @example evt_4711
             */
            id: string;
            /**
             * Format: date-time
             * @description The same as `createdAt`.
             */
            timestamp: string;
            /**
             * @description A domain was added.
             * @constant
             */
            type: "domain.created";
        } | {
            /** Format: date-time */
            createdAt: string;
            data: {
                domain: components["schemas"]["Domain"];
                externalId: string | null;
                metadata: {
                    [key: string]: string;
                };
                /** @description Grows by one with each of the domain's events: drop what is older. */
                sequence: number;
            };
            /**
             * @description The `webhook-id` of its deliveries; as `cursor`, what comes after it.
             * @example evt_4711
             */
            id: string;
            /**
             * Format: date-time
             * @description The same as `createdAt`.
             */
            timestamp: string;
            /**
             * @description Its required records were found for the first time.
             * @constant
             */
            type: "domain.verified";
        } | {
            /** Format: date-time */
            createdAt: string;
            data: {
                /**
                 * Format: date-time
                 * @description When the domain fails, or failed, unless the records are found.
                 */
                deadlineAt: string;
                domain: components["schemas"]["Domain"];
                externalId: string | null;
                metadata: {
                    [key: string]: string;
                };
                /** @description The required records that are missing. */
                missing: ("ownership" | "dkim" | "mailFrom" | "dmarc")[];
                /** @description Grows by one with each of the domain's events: drop what is older. */
                sequence: number;
            };
            /**
             * @description The `webhook-id` of its deliveries; as `cursor`, what comes after it.
             * @example evt_4711
             */
            id: string;
            /**
             * Format: date-time
             * @description The same as `createdAt`.
             */
            timestamp: string;
            /**
             * @description A required record is missing. The domain fails at `deadlineAt` if it isn't put back.
             * @constant
             */
            type: "domain.at_risk";
        } | {
            /** Format: date-time */
            createdAt: string;
            data: {
                domain: components["schemas"]["Domain"];
                externalId: string | null;
                metadata: {
                    [key: string]: string;
                };
                /** @description Grows by one with each of the domain's events: drop what is older. */
                sequence: number;
            };
            /**
             * @description The `webhook-id` of its deliveries; as `cursor`, what comes after it.
             * @example evt_4711
             */
            id: string;
            /**
             * Format: date-time
             * @description The same as `createdAt`.
             */
            timestamp: string;
            /**
             * @description The required records are back, before the deadline.
             * @constant
             */
            type: "domain.restored";
        } | {
            /** Format: date-time */
            createdAt: string;
            data: {
                /**
                 * Format: date-time
                 * @description When the domain fails, or failed, unless the records are found.
                 */
                deadlineAt: string;
                domain: components["schemas"]["Domain"];
                externalId: string | null;
                metadata: {
                    [key: string]: string;
                };
                /** @description The required records that are missing. */
                missing: ("ownership" | "dkim" | "mailFrom" | "dmarc")[];
                /** @description Grows by one with each of the domain's events: drop what is older. */
                sequence: number;
            };
            /**
             * @description The `webhook-id` of its deliveries; as `cursor`, what comes after it.
             * @example evt_4711
             */
            id: string;
            /**
             * Format: date-time
             * @description The same as `createdAt`.
             */
            timestamp: string;
            /**
             * @description The deadline passed without the required records.
             * @constant
             */
            type: "domain.failed";
        } | {
            /** Format: date-time */
            createdAt: string;
            data: {
                domain: components["schemas"]["Domain"];
                externalId: string | null;
                metadata: {
                    [key: string]: string;
                };
                previous: {
                    autoPublish?: boolean;
                    dkimRotationDays?: number;
                };
                /** @description Grows by one with each of the domain's events: drop what is older. */
                sequence: number;
            };
            /**
             * @description The `webhook-id` of its deliveries; as `cursor`, what comes after it.
             * @example evt_4711
             */
            id: string;
            /**
             * Format: date-time
             * @description The same as `createdAt`.
             */
            timestamp: string;
            /**
             * @description A setting changed. `previous` has what changed, as it was.
             * @constant
             */
            type: "domain.updated";
        } | {
            /** Format: date-time */
            createdAt: string;
            data: {
                domain: components["schemas"]["Domain"];
                externalId: string | null;
                metadata: {
                    [key: string]: string;
                };
                /** @description Grows by one with each of the domain's events: drop what is older. */
                sequence: number;
            };
            /**
             * @description The `webhook-id` of its deliveries; as `cursor`, what comes after it.
             * @example evt_4711
             */
            id: string;
            /**
             * Format: date-time
             * @description The same as `createdAt`.
             */
            timestamp: string;
            /**
             * @description A domain was deleted. `domain` is as it was before.
             * @constant
             */
            type: "domain.deleted";
        } | {
            /** Format: date-time */
            createdAt: string;
            data: {
                domain: components["schemas"]["Domain"];
                externalId: string | null;
                metadata: {
                    [key: string]: string;
                };
                /**
                 * @description Which record, by its flag of the Domain object.
                 * @enum {string}
                 */
                record: "ownership" | "dkim" | "mailFrom" | "dmarc";
                /** @description Grows by one with each of the domain's events: drop what is older. */
                sequence: number;
            };
            /**
             * @description The `webhook-id` of its deliveries; as `cursor`, what comes after it.
             * @example evt_4711
             */
            id: string;
            /**
             * Format: date-time
             * @description The same as `createdAt`.
             */
            timestamp: string;
            /**
             * @description A record was found.
             * @constant
             */
            type: "record.verified";
        } | {
            /** Format: date-time */
            createdAt: string;
            data: {
                domain: components["schemas"]["Domain"];
                externalId: string | null;
                finding?: {
                    code: string;
                    fix: string | null;
                    title: string;
                };
                /** Format: date-time */
                firstMissedAt: string;
                metadata: {
                    [key: string]: string;
                };
                /**
                 * @description Which record, by its flag of the Domain object.
                 * @enum {string}
                 */
                record: "ownership" | "dkim" | "mailFrom" | "dmarc";
                /** @description Grows by one with each of the domain's events: drop what is older. */
                sequence: number;
            };
            /**
             * @description The `webhook-id` of its deliveries; as `cursor`, what comes after it.
             * @example evt_4711
             */
            id: string;
            /**
             * Format: date-time
             * @description The same as `createdAt`.
             */
            timestamp: string;
            /**
             * @description Several checks in a row didn't find a record that was there.
             * @constant
             */
            type: "record.missing";
        } | {
            /** Format: date-time */
            createdAt: string;
            data: {
                /** @example rsa-2048 */
                algorithm: string;
                domain: components["schemas"]["Domain"];
                externalId: string | null;
                metadata: {
                    [key: string]: string;
                };
                record: {
                    name: string;
                    /** @constant */
                    type: "TXT";
                    value: string;
                };
                selector: string;
                /** @description Grows by one with each of the domain's events: drop what is older. */
                sequence: number;
            };
            /**
             * @description The `webhook-id` of its deliveries; as `cursor`, what comes after it.
             * @example evt_4711
             */
            id: string;
            /**
             * Format: date-time
             * @description The same as `createdAt`.
             */
            timestamp: string;
            /**
             * @description A further DKIM key was created or imported.
             * @constant
             */
            type: "key.created";
        } | {
            /** Format: date-time */
            createdAt: string;
            data: {
                /** @example rsa-2048 */
                algorithm: string;
                domain: components["schemas"]["Domain"];
                externalId: string | null;
                metadata: {
                    [key: string]: string;
                };
                record: {
                    name: string;
                    /** @constant */
                    type: "TXT";
                    value: string;
                };
                selector: string;
                /** @description Grows by one with each of the domain's events: drop what is older. */
                sequence: number;
            };
            /**
             * @description The `webhook-id` of its deliveries; as `cursor`, what comes after it.
             * @example evt_4711
             */
            id: string;
            /**
             * Format: date-time
             * @description The same as `createdAt`.
             */
            timestamp: string;
            /**
             * @description The key's record is in DNS.
             * @constant
             */
            type: "key.published";
        } | {
            /** Format: date-time */
            createdAt: string;
            data: {
                /** @example rsa-2048 */
                algorithm: string;
                domain: components["schemas"]["Domain"];
                externalId: string | null;
                metadata: {
                    [key: string]: string;
                };
                record: {
                    name: string;
                    /** @constant */
                    type: "TXT";
                    value: string;
                };
                selector: string;
                /** @description Grows by one with each of the domain's events: drop what is older. */
                sequence: number;
            };
            /**
             * @description The `webhook-id` of its deliveries; as `cursor`, what comes after it.
             * @example evt_4711
             */
            id: string;
            /**
             * Format: date-time
             * @description The same as `createdAt`.
             */
            timestamp: string;
            /**
             * @description Mail is signed with this key from now on.
             * @constant
             */
            type: "key.activated";
        } | {
            /** Format: date-time */
            createdAt: string;
            data: {
                /** @example rsa-2048 */
                algorithm: string;
                domain: components["schemas"]["Domain"];
                externalId: string | null;
                metadata: {
                    [key: string]: string;
                };
                record: {
                    name: string;
                    /** @constant */
                    type: "TXT";
                    value: string;
                };
                selector: string;
                /** @description Grows by one with each of the domain's events: drop what is older. */
                sequence: number;
            };
            /**
             * @description The `webhook-id` of its deliveries; as `cursor`, what comes after it.
             * @example evt_4711
             */
            id: string;
            /**
             * Format: date-time
             * @description The same as `createdAt`.
             */
            timestamp: string;
            /**
             * @description Another key signs. This one stays in DNS for mail in transit.
             * @constant
             */
            type: "key.retiring";
        } | {
            /** Format: date-time */
            createdAt: string;
            data: {
                /** @example rsa-2048 */
                algorithm: string;
                domain: components["schemas"]["Domain"];
                externalId: string | null;
                metadata: {
                    [key: string]: string;
                };
                record: {
                    name: string;
                    /** @constant */
                    type: "TXT";
                    value: string;
                };
                selector: string;
                /** @description Grows by one with each of the domain's events: drop what is older. */
                sequence: number;
            };
            /**
             * @description The `webhook-id` of its deliveries; as `cursor`, what comes after it.
             * @example evt_4711
             */
            id: string;
            /**
             * Format: date-time
             * @description The same as `createdAt`.
             */
            timestamp: string;
            /**
             * @description The key's TXT record is safe to remove. Keep a CNAME: the next key goes behind it.
             * @constant
             */
            type: "key.retired";
        } | {
            /** Format: date-time */
            createdAt: string;
            data: {
                /** @example rsa-2048 */
                algorithm: string;
                domain: components["schemas"]["Domain"];
                externalId: string | null;
                metadata: {
                    [key: string]: string;
                };
                record: {
                    name: string;
                    /** @constant */
                    type: "TXT";
                    value: string;
                };
                selector: string;
                /** @description Grows by one with each of the domain's events: drop what is older. */
                sequence: number;
            };
            /**
             * @description The `webhook-id` of its deliveries; as `cursor`, what comes after it.
             * @example evt_4711
             */
            id: string;
            /**
             * Format: date-time
             * @description The same as `createdAt`.
             */
            timestamp: string;
            /**
             * @description The key was revoked and its private half deleted.
             * @constant
             */
            type: "key.revoked";
        } | {
            /** Format: date-time */
            createdAt: string;
            data: {
                changes: {
                    /** @description The same, as they are now; empty if there are none. */
                    after: string[];
                    /** @description The records in presentation form; empty if there were none. */
                    before: string[];
                    name: string;
                    /** @enum {string} */
                    type: "TXT" | "MX" | "CNAME";
                }[];
                domain: components["schemas"]["Domain"];
                externalId: string | null;
                metadata: {
                    [key: string]: string;
                };
                /** @description Grows by one with each of the domain's events: drop what is older. */
                sequence: number;
                /**
                 * @description The zone that the records are in.
                 * @example example.com
                 */
                zone: string;
            };
            /**
             * @description The `webhook-id` of its deliveries; as `cursor`, what comes after it.
             * @example evt_4711
             */
            id: string;
            /**
             * Format: date-time
             * @description The same as `createdAt`.
             */
            timestamp: string;
            /**
             * @description The service changed records in the domain's zone. `after` is empty where a record was withdrawn.
             * @constant
             */
            type: "dns.published";
        } | {
            /** Format: date-time */
            createdAt: string;
            data: {
                changes: {
                    /** @description The same, as they are now; empty if there are none. */
                    after: string[];
                    /** @description The records in presentation form; empty if there were none. */
                    before: string[];
                    name: string;
                    /** @enum {string} */
                    type: "TXT" | "MX" | "CNAME";
                }[];
                domain: components["schemas"]["Domain"];
                externalId: string | null;
                metadata: {
                    [key: string]: string;
                };
                /** @description Grows by one with each of the domain's events: drop what is older. */
                sequence: number;
                /**
                 * @description The zone that the records are in.
                 * @example example.com
                 */
                zone: string;
            };
            /**
             * @description The `webhook-id` of its deliveries; as `cursor`, what comes after it.
             * @example evt_4711
             */
            id: string;
            /**
             * Format: date-time
             * @description The same as `createdAt`.
             */
            timestamp: string;
            /**
             * @description Somebody changed records that the service wrote. It leaves them alone until they are published again.
             * @constant
             */
            type: "dns.drifted";
        } | {
            /** Format: date-time */
            createdAt: string;
            data: {
                /** @description What is in the way and needs a decision. Empty for other reasons. */
                conflicts: {
                    name: string;
                    reason: string;
                    /** @enum {string} */
                    type: "TXT" | "MX" | "CNAME";
                }[];
                domain: components["schemas"]["Domain"];
                externalId: string | null;
                /** @description The reason, as a sentence. */
                message: string;
                metadata: {
                    [key: string]: string;
                };
                /** @description Null if nothing is tried until something changes. */
                nextTryAt: string | null;
                /** @enum {string} */
                reason: "throttled" | "unavailable" | "unreachable" | "bad_answer" | "changed" | "no_zone" | "tls_failed" | "unauthorized" | "forbidden" | "no_such_zone" | "quota" | "refused_record" | "clock_off" | "address_refused" | "no_connection" | "needs_consent";
                /** @description Grows by one with each of the domain's events: drop what is older. */
                sequence: number;
                /** @description Null if DNS doesn't say which zone the domain is in. */
                zone: string | null;
            };
            /**
             * @description The `webhook-id` of its deliveries; as `cursor`, what comes after it.
             * @example evt_4711
             */
            id: string;
            /**
             * Format: date-time
             * @description The same as `createdAt`.
             */
            timestamp: string;
            /**
             * @description Records couldn't be published automatically. Sent once while the reason lasts, and again when the service gives up.
             * @constant
             */
            type: "dns.publish_failed";
        } | {
            /** Format: date-time */
            createdAt: string;
            data: {
                failingSince: string | null;
                /** @enum {string} */
                reason: "failing" | "gone";
                webhook: {
                    id: string;
                    url: string;
                };
            };
            /**
             * @description The `webhook-id` of its deliveries; as `cursor`, what comes after it.
             * @example evt_4711
             */
            id: string;
            /**
             * Format: date-time
             * @description The same as `createdAt`.
             */
            timestamp: string;
            /**
             * @description The service stopped sending to a webhook. There is no `domain` and no `sequence`.
             * @constant
             */
            type: "webhook.disabled";
        };
        Finding: {
            /**
             * @description What was found; see docs/findings.md. New codes may be added.
             * @enum {string}
             */
            code: "record_missing" | "published_at_doubled_name" | "published_at_apex" | "published_without_subdomain" | "published_at_other_name" | "published_as_other_type" | "value_mismatch" | "value_truncated" | "value_quoted" | "value_has_spaces" | "value_of_other_record" | "key_of_other_domain" | "key_replaced" | "multiple_records" | "cname_beside_record" | "cname_in_the_way" | "cname_proxied" | "cname_dangling" | "cname_loop" | "cname_chain_too_long" | "wildcard_answer" | "mx_extra" | "mx_null" | "mx_target_has_zone_appended" | "mx_priority_differs" | "spf_multiple" | "spf_syntax" | "spf_too_many_lookups" | "spf_mechanism_missing" | "spf_mechanism_after_all" | "spf_mechanism_not_reached" | "spf_allows_everyone" | "dkim_testing_flag" | "dkim_revoked" | "dkim_weak_key" | "dkim_key_form" | "dkim_key_unpadded" | "dkim_record_too_long" | "dkim_service_excluded" | "dkim_tag_refused" | "dkim_hash_excluded" | "dkim_cname_wrong_target" | "dkim_cname_one_of_two" | "dkim_cname_replaced" | "dkim_cname_flattened" | "dkim_target_empty" | "dkim_target_outdated" | "dmarc_invalid" | "dmarc_multiple" | "dmarc_at_parent" | "dmarc_no_reporting" | "dmarc_report_address_invalid" | "dmarc_external_reports_not_authorised" | "nameservers_disagree" | "nameserver_lame" | "answered_without_authority" | "nameserver_without_tcp" | "nameserver_not_public" | "nameserver_unreachable" | "no_nameserver_answered" | "resolver_unanswered" | "referenced_name_unanswered" | "domain_not_registered" | "delegation_missing" | "zone_expired" | "ns_records_outdated" | "soa_not_answered" | "zone_not_served" | "dnssec_bogus" | "negative_cache" | "conflict_before_publishing";
            /** @description The value to copy, always complete. */
            copy?: {
                /** @description The label for a button, such as "Copy full value (410 characters)". */
                label: string;
                value: string;
            };
            /** @description What we checked, where, and what we found. Names and values are in backticks. */
            detail: string;
            /**
             * Format: uri
             * @description Link to the explanation of this code.
             */
            docs: string;
            readonly evidence: {
                name: string;
                server: string;
                type: string;
                /** @description Null if there was nothing. */
                value: string | null;
            }[];
            /** @description What to do. Null if there is nothing to do. */
            fix: string | null;
            /** @enum {string} */
            severity: "error" | "warning" | "info";
            /** @description A value to publish instead of the one under `expected`. */
            suggestion?: string;
            title: string;
        };
        Key: {
            activatedAt: string | null;
            /** @description The size of an RSA key. Null for Ed25519. */
            bits: number | null;
            /** Format: date-time */
            createdAt: string;
            /** @description Whether the record was published at the last check that got an answer. Null before that. */
            isPublished: boolean | null;
            /** @enum {string} */
            origin: "generated" | "imported";
            /** @description When the record was first found on every authoritative name server. */
            publishedAt: string | null;
            /** @description What the owner of the domain publishes for the key: the key, or a CNAME that leads to it. */
            record: {
                name: string;
                purpose: string;
                /** @enum {string} */
                type: "TXT" | "CNAME";
                value: string;
            };
            retiredAt: string | null;
            /** @description When a retiring key becomes retired. */
            retiresAt: string | null;
            revokedAt: string | null;
            selector: string;
            /** @enum {string} */
            stage: "pending" | "active" | "retiring" | "retired";
            /** @enum {string} */
            type: "rsa" | "ed25519";
            warning: string | null;
        };
        MailServerKey: {
            domainName: string;
            /** @description With `format`: the path in `folder` where the tables expect the key. */
            file?: string;
            /** @description The id of the key. The key behind an id never changes. */
            id: string;
            /** @description PKCS#8 as PEM. Absent with `privateKeys=false`. */
            privateKey?: string;
            selector: string;
            /** @constant */
            type: "rsa";
        };
        OwnApiKey: {
            /** @description The domains that it is limited to; null for all. */
            domains: string[] | null;
            id: string;
            name: string;
            /** @enum {string} */
            permission: "full_access" | "read_only" | "sign" | "mail_server";
            project: {
                id: string;
                /** @description Whether this is a test project, whose domains follow a script and need no DNS. */
                isTest: boolean;
                name: string;
            };
        };
        PanelRecord: {
            /** @description The value as the character-strings of one TXT record, at most 255 octets each (RFC 1035 §3.3.14). */
            chunks: string[];
            /** @description The name as a DNS panel takes it: relative to `zone`, `@` for the zone itself. */
            host: string;
            /**
             * @description The whole name.
             * @example _dmarc.example.com
             */
            name: string;
            /** @description The panel of the domain's DNS provider, where that was recognized. */
            panel?: {
                /** @description What is special there, in a sentence or two. */
                note: string | null;
                provider: string;
                /** @description The value as this provider's form takes it. */
                value: string;
            };
            /** @description Only for an MX. */
            priority?: number;
            purpose: string;
            /** @enum {string} */
            record: "ownership" | "dkim" | "mail_from_mx" | "mail_from_spf" | "dmarc";
            /** @description Whether the domain needs it to become VERIFIED. */
            required: boolean;
            /** @description Only for DKIM keys. */
            selector?: string;
            /**
             * @description Only for DKIM keys beside the one that signs now; see docs/keys.md.
             * @enum {string}
             */
            stage?: "pending" | "active" | "retiring" | "retired";
            /**
             * @description How it stood at the last check; `unchecked` before the first one.
             * @enum {string}
             */
            status: "verified" | "missing" | "mismatched" | "conflicting" | "unknown" | "unchecked";
            /**
             * @description A heading for it.
             * @example DKIM key
             */
            title: string;
            /** @description A proposal, in seconds. */
            ttl: number;
            /** @enum {string} */
            type: "TXT" | "MX" | "CNAME";
            /** @description The whole value. For an MX, its host. */
            value: string;
            /** @description The zone that contains the name: as the last check found it, before that the one in which it most likely goes. */
            zone: string;
        };
        Proof: {
            /** @description The Authentication-Results header field that a receiver would add (RFC 8601). */
            authenticationResults: string;
            readonly dkim: {
                algorithm: string;
                reason: string;
                /** @description As in RFC 8601 §2.7: `pass`, `fail`, `temperror`, … */
                result: string;
                selector: string;
            }[];
            dmarc: {
                /** @description Which of the passing checks align with the From domain (RFC 9989 §4.4). */
                readonly aligned: ("dkim" | "spf")[];
                policy: string | null;
                reason: string;
                /** @description As in RFC 8601 §2.7: `pass`, `fail`, `temperror`, … */
                result: string;
            };
            /** @description Null if no IP address was given. */
            spf: {
                domain: string;
                ip: string;
                reason: string;
                /** @description As in RFC 8601 §2.7: `pass`, `fail`, `temperror`, … */
                result: string;
            } | null;
        };
        SendingProvider: {
            /** @description When the provider reported this. */
            checkedAt: string | null;
            /** @description As reported by the provider. Null if it has reported nothing yet. */
            dkimStatus: ("PENDING" | "SUCCESS" | "FAILED" | "TEMPORARY_FAILURE" | "NOT_STARTED") | null;
            /** @description Why the provider's result differs from ours. Absent if it doesn't. */
            explanation?: string;
            mailFromStatus: ("PENDING" | "SUCCESS" | "FAILED" | "TEMPORARY_FAILURE" | "NOT_STARTED") | null;
            /** @description The provider's key in the region table; see docs/providers.md. */
            name: string;
            /** @description The provider's name for the region. */
            region: string;
            /**
             * @description The state of the identity at the provider; see docs/providers.md.
             * @enum {string}
             */
            state: "pending" | "checking" | "ready" | "waiting" | "key_too_long" | "throttled" | "unreachable" | "unauthorized" | "refused";
            /** @description The provider's name. */
            title: string;
            verifiedForSending: boolean | null;
        };
        ServerAnswer: {
            address: string;
            /** @description What went wrong, if the query failed. */
            detail?: string;
            found: string[];
            /** @enum {string} */
            outcome: "found" | "nxdomain" | "nodata" | "timeout" | "servfail" | "refused" | "lame" | "network" | "malformed";
            rttMs: number;
            server: string;
            /** @description In seconds: the TTL of the records, or of the negative answer (RFC 2308). Null if the query failed. */
            ttl: number | null;
            /** @enum {string} */
            via: "authoritative" | "recursive";
        };
        SetupLink: {
            /** @description What the link adds. Empty if there is nothing to add. */
            groups: string[];
            /** @description What is missing but the link leaves alone, and why. */
            leftOut: {
                /**
                 * @description A group of records of the template.
                 * @example dkim
                 */
                group: string;
                /** @example There is another mail server at asend.example.com, and the link leaves it alone. Remove it first if you no longer need it. */
                message: string;
                /** @enum {string} */
                reasonCode: "conflict" | "unanswered" | "not_in_template";
            }[];
            /** @description The same, as a sentence. */
            message: string | null;
            provider: {
                /** @example cloudflare.com */
                id: string;
                /** @example Cloudflare */
                name: string;
            } | null;
            /** @description Why there is no link; null if there is one. */
            reasonCode: ("not_configured" | "test_domain" | "key_not_published" | "zone_not_found" | "lookup_failed" | "no_record" | "bad_record" | "not_here" | "unreachable" | "asked_often" | "bad_settings" | "no_sync_flow" | "provider_not_listed" | "template_not_onboarded" | "template_not_ours" | "nothing_to_add") | null;
            /** @description Whether the DNS provider accepts a link for this domain. */
            supported: boolean;
            /** @description Send the domain's owner here: their DNS provider signs them in, shows the records, and asks them to confirm. Null if there is no link. */
            url: string | null;
        };
        SetupOffer: {
            /** @description What the link adds. Empty if there is nothing to add. */
            groups: string[];
            /** @description What is missing but the link leaves alone, and why. */
            leftOut: {
                /**
                 * @description A group of records of the template.
                 * @example dkim
                 */
                group: string;
                /** @example There is another mail server at asend.example.com, and the link leaves it alone. Remove it first if you no longer need it. */
                message: string;
                /** @enum {string} */
                reasonCode: "conflict" | "unanswered" | "not_in_template";
            }[];
            /** @description The same, as a sentence. */
            message: string | null;
            provider: {
                /** @example cloudflare.com */
                id: string;
                /** @example Cloudflare */
                name: string;
            } | null;
            /** @description Why there is no link; null if there is one. */
            reasonCode: ("not_configured" | "test_domain" | "key_not_published" | "zone_not_found" | "lookup_failed" | "no_record" | "bad_record" | "not_here" | "unreachable" | "asked_often" | "bad_settings" | "no_sync_flow" | "provider_not_listed" | "template_not_onboarded" | "template_not_ours" | "nothing_to_add") | null;
            /** @description Whether the DNS provider accepts a link for this domain. */
            supported: boolean;
        };
        ShareLink: {
            /** Format: date-time */
            createdAt: string;
            /** @description Who made it: a person of the dashboard, or an API key. */
            createdBy: {
                name: string | null;
                /** @enum {string} */
                type: "person" | "api_key";
            };
            /** Format: date-time */
            expiresAt: string;
            id: string;
            /** @description When a browser last had its page open, exact to a minute. */
            lastOpenedAt: string | null;
            recipient: string | null;
            returnUrl: string | null;
            revokedAt: string | null;
            /** @enum {string} */
            state: "open" | "revoked" | "expired";
        };
        Webhook: {
            /** Format: date-time */
            createdAt: string;
            /**
             * @example [
             *       "domain.*",
             *       "record.missing"
             *     ]
             */
            events: string[];
            /** @example 60d5ec49f1b2c72d9c8b1234 */
            id: string;
            /** @description False where somebody, or the service, disabled it. */
            isActive: boolean;
            /** @description The id of this installation. */
            organizationId: string;
            projectId: string;
            /**
             * @description `***hidden***` except where the webhook is created.
             * @example ***hidden***
             */
            secret: string;
            /** Format: date-time */
            updatedAt: string;
            /** @example https://example.com/webhooks/autosend */
            url: string;
        };
        WebhookDelivery: {
            /** @example 60d5ec49f1b2c72d9c8b9999 */
            _id: string;
            attempts: number;
            /** Format: date-time */
            createdAt: string;
            deliveredAt: string | null;
            /** @description Of the last try, in milliseconds. */
            duration: number | null;
            /** @example domain.verified */
            event: string;
            projectId: string;
            /** @description Of the last try; null where no answer came. */
            statusCode: number | null;
            success: boolean;
            /** Format: date-time */
            updatedAt: string;
            url: string;
            webhookId: string;
        };
        WebhookDeliveryDetail: {
            /** @example 60d5ec49f1b2c72d9c8b9999 */
            _id: string;
            attempts: number;
            /** Format: date-time */
            createdAt: string;
            deliveredAt: string | null;
            /** @description Of the last try, in milliseconds. */
            duration: number | null;
            /** @example domain.verified */
            event: string;
            /**
             * @description The `webhook-id`, the same over all tries.
             * @example evt_4711
             */
            messageId: string;
            nextAttemptAt: string | null;
            projectId: string;
            request: {
                /** @description What is sent, to the octet; null where it is no longer kept. */
                body: string | null;
                /** @description Null before the first try. */
                headers: {
                    [key: string]: string;
                } | null;
            };
            response: {
                /** Format: date-time */
                at: string;
                /** @description The first KiB. */
                body: string;
                /** @description What went wrong, in words; null where it succeeded. */
                problem: string | null;
                statusCode: number | null;
            } | null;
            /** @description Of the last try; null where no answer came. */
            statusCode: number | null;
            success: boolean;
            /** Format: date-time */
            updatedAt: string;
            url: string;
            webhookId: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getOwnApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["OwnApiKey"];
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    listAuditLog: {
        parameters: {
            query?: {
                /** @description A whole action, such as `api_key.created`, or all of a kind, such as `api_key`. */
                action?: string;
                /** @description Of the person or the API key. */
                actorId?: string;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Not before. */
                from?: string;
                /** @description Defaults to 100. */
                limit?: string;
                objectId?: string;
                /** @description Before. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            entries: components["schemas"]["AuditEntry"][];
                            nextCursor?: string;
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    listDnsConnections: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            dnsConnections: components["schemas"]["DnsConnection"][];
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    createDnsConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 printable ASCII characters. Repeating a request with the same key within 24 hours returns the first answer. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Our name server",
                 *       "provider": "rfc2136",
                 *       "settings": {
                 *         "server": "ns1.example.com",
                 *         "tsigName": "autosend",
                 *         "tsigAlgorithm": "hmac-sha256",
                 *         "tsigSecret": "bm90IGEgcmVhbCBzZWNyZXQ="
                 *       }
                 *     }
                 */
                "application/json": {
                    /**
                     * @description A display name.
                     * @example Our name server
                     */
                    name: string;
                    /**
                     * @description The DNS provider whose API is used.
                     * @example rfc2136
                     * @enum {string}
                     */
                    provider: "rfc2136" | "powerdns" | "cloudflare" | "route53" | "desec" | "hetzner" | "digitalocean" | "gandi";
                    /**
                     * @description `rfc2136`: `server`, `port`?, `tsigName`, `tsigAlgorithm`?, `tsigSecret`; `powerdns`: `url`, `apiKey`, `serverId`?; `cloudflare`: `apiToken`, `endpoint`?; `route53`: `accessKeyId`, `secretAccessKey`, `endpoint`?; `desec`: `token`, `endpoint`?; `hetzner`: `token`, `endpoint`?; `digitalocean`: `token`, `endpoint`?; `gandi`: `token`, `endpoint`?
                     * @example {
                     *       "server": "ns1.example.com",
                     *       "tsigName": "autosend",
                     *       "tsigAlgorithm": "hmac-sha256",
                     *       "tsigSecret": "…"
                     *     }
                     */
                    settings: {
                        [key: string]: string | number;
                    };
                };
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["DnsConnection"];
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `QUOTA_EXCEEDED`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_IN_USE`. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_MISMATCH`, `DNS_CONNECTION_FAILED`. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    getDnsConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the DNS connection. */
                connectionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["DnsConnectionDetail"];
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    deleteDnsConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the DNS connection. */
                connectionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: null;
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    testDnsConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the DNS connection. */
                connectionId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "zone": "example.com"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description A zone in which a TXT record is created and removed again: only that shows whether records can be changed.
                     * @example example.com
                     */
                    zone?: string;
                };
            };
        };
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["DnsConnectionTest"];
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    listDomains: {
        parameters: {
            query?: {
                /** @description `nextCursor` from the previous page. */
                cursor?: string;
                /** @description Only domains that were added with this `externalId`. */
                externalId?: string;
                /** @description Defaults to 1000. */
                limit?: string;
                /** @description Only the domain of this name, written in any way: one or none. Never 404. */
                name?: string;
                /** @description Only domains in this region. */
                regionKey?: string;
                /** @description Only domains whose name contains this text. */
                search?: string;
                /** @description Only domains with this status. */
                status?: "PENDING_CONFIGURATION" | "VERIFIED" | "TEMPORARY_FAILURE" | "FAILED";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            domains: components["schemas"]["Domain"][];
                            nextCursor?: string;
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    createDomain: {
        parameters: {
            query?: {
                /** @description The same as the header `Prefer: share-link`. */
                shareLink?: "true" | "false";
            };
            header?: {
                /** @description 1 to 255 printable ASCII characters. Repeating a request with the same key within 24 hours returns the first answer. */
                "idempotency-key"?: string;
                /** @description `share-link` also creates a share link, whose address is in `X-Share-Link` of the answer. */
                prefer?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "domain": "example.com",
                 *       "externalId": "cus_4711",
                 *       "metadata": {
                 *         "plan": "pro"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description Whether the service publishes the records automatically, through a DNS connection that reaches the zone. Defaults to false. */
                    autoPublish?: boolean;
                    /**
                     * @description How the domain publishes its DKIM keys: `txt`, in a record for each key, or `cname`, through two CNAMEs that never change, so that keys rotate without the domain's owner. It can't be changed later. Defaults to the project's setting.
                     * @enum {string}
                     */
                    dkimMode?: "txt" | "cname";
                    /**
                     * @description The domain to send from: the part after the @, such as `example.com`.
                     * @example example.com
                     */
                    domain: string;
                    /**
                     * @description Your own id for the domain or its customer. Need not be unique.
                     * @example cus_4711
                     */
                    externalId?: string;
                    /**
                     * @description Texts of your own, at most 4 KiB as JSON.
                     * @example {
                     *       "plan": "pro"
                     *     }
                     */
                    metadata?: {
                        [key: string]: string;
                    };
                    /**
                     * @description The region key. Defaults to the project's primary region.
                     * @example us-east-1
                     */
                    regionKey?: string;
                };
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Domain"];
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `QUOTA_EXCEEDED`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `DOMAIN_ALREADY_EXISTS`, `IDEMPOTENCY_KEY_IN_USE`. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_MISMATCH`. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    getDomain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the domain. */
                domainId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Domain"];
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    deleteDomain: {
        parameters: {
            query?: {
                /** @description What happens to the records that the service published. `later`, the default, removes them but keeps the DKIM records for 7 days, for mail in transit; `now` removes all of them; `never` keeps them. Records that somebody has changed always stay. */
                withdraw?: "now" | "later" | "never";
            };
            header?: never;
            path: {
                /** @description The id of the domain. */
                domainId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: null;
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    updateDomain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the domain. */
                domainId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "dkimRotationDays": 180
                 *     }
                 */
                "application/json": {
                    /** @description Whether the service publishes the records automatically, through a DNS connection that reaches the zone. Defaults to false. */
                    autoPublish?: boolean;
                    /**
                     * @description The age in days at which the active RSA key is rotated automatically, or 0 for never. M3AAWG recommends 180.
                     * @example 180
                     */
                    dkimRotationDays?: number;
                };
            };
        };
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Domain"];
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    getDomainAttributes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the domain. */
                domainId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            autoPublish: boolean;
                            /**
                             * @description How the domain publishes its DKIM keys: `txt`, in a record for each key, or `cname`, through two CNAMEs that never change and lead into the operator's keys zone. It can't be changed later.
                             * @enum {string}
                             */
                            dkimMode: "txt" | "cname";
                            externalId: string | null;
                            metadata: {
                                [key: string]: string;
                            };
                            /** @description Null unless records are published automatically. */
                            publishing: {
                                /** @description When the zone was last read. */
                                comparedAt: string | null;
                                /** @description Published records that somebody has changed since. They are left alone until they are published again. */
                                drift: {
                                    after: string[];
                                    before: string[];
                                    /** @description Whether what is there now also works. */
                                    isRight: boolean;
                                    name: string;
                                    /** @enum {string} */
                                    type: "TXT" | "MX" | "CNAME";
                                }[];
                                /** @description Null if nothing is tried until something changes. */
                                nextTryAt: string | null;
                                /** @description Why records aren't published. Null if all of them are, and before the first try. */
                                problem: {
                                    conflicts: {
                                        name: string;
                                        reason: string;
                                        /** @enum {string} */
                                        type: "TXT" | "MX" | "CNAME";
                                    }[];
                                    message: string;
                                    /** @enum {string} */
                                    reason: "throttled" | "unavailable" | "unreachable" | "bad_answer" | "changed" | "no_zone" | "tls_failed" | "unauthorized" | "forbidden" | "no_such_zone" | "quota" | "refused_record" | "clock_off" | "address_refused" | "no_connection" | "needs_consent";
                                    zone: string | null;
                                } | null;
                            } | null;
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    getDomainDiagnostics: {
        parameters: {
            query?: {
                /** @description `true` checks DNS now, which can take up to 10 seconds. Nothing stored is changed. */
                refresh?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description The id of the domain. */
                domainId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Diagnostics"];
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    getDnsPlan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the domain. */
                domainId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["DnsPlan"];
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `DNS_CONNECTION_MISSING`, `DNS_ZONE_NOT_FOUND`. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_MISMATCH`, `DNS_CONNECTION_FAILED`. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    applyDnsPlan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the domain. */
                domainId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "planId": "$PLAN"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description The codes of the conflicts that you agree to. The others are left as they are.
                     * @example [
                     *       "MX:asend.example.com:5f0c2b1a"
                     *     ]
                     */
                    consents?: string[];
                    /**
                     * @description The `planId` of the plan that was shown.
                     * @example 9b1f…
                     */
                    planId: string;
                };
            };
        };
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["AppliedDnsPlan"];
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description Accepted. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["AppliedDnsPlan"];
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `DNS_CONNECTION_MISSING`, `DNS_PLAN_CHANGED`, `DNS_ZONE_NOT_FOUND`. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_MISMATCH`, `DNS_CONNECTION_FAILED`. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    listDomainEvents: {
        parameters: {
            query?: {
                /** @description `nextCursor` from the previous page. */
                cursor?: string;
                /** @description Defaults to 50. */
                limit?: string;
            };
            header?: never;
            path: {
                /** @description The id of the domain. */
                domainId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            events: components["schemas"]["Event"][];
                            nextCursor?: string;
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    listDomainKeys: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the domain. */
                domainId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            dkimRotationDays: number;
                            keys: components["schemas"]["Key"][];
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    createDomainKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 printable ASCII characters. Repeating a request with the same key within 24 hours returns the first answer. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The id of the domain. */
                domainId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "selector": "2027q1"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Only for rsa. Defaults to 2048.
                     * @enum {number}
                     */
                    bits?: 2048 | 3072 | 4096;
                    /** @description An existing private key to import, as PEM: RSA with 1024 to 4096 bits (PKCS#1 or PKCS#8) or Ed25519 (PKCS#8). */
                    privateKey?: string;
                    /** @description The part of the record name before `._domainkey`. Defaults to an unused selector that contains the date. */
                    selector?: string;
                    /**
                     * @description Defaults to rsa.
                     * @enum {string}
                     */
                    type?: "rsa" | "ed25519";
                };
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Key"];
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `KEY_ALREADY_PENDING`, `SELECTOR_IN_USE`, `IDEMPOTENCY_KEY_IN_USE`. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_MISMATCH`. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    activateDomainKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the domain. */
                domainId: string;
                /** @description The selector of the DKIM key. */
                selector: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Key"];
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `KEY_NOT_PUBLISHED`, `KEY_REVOKED`. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    revokeDomainKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the domain. */
                domainId: string;
                /** @description The selector of the DKIM key. */
                selector: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Key"];
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `KEY_IN_USE`. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    testDomain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the domain. */
                domainId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "ip": "192.0.2.1"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description The IP address that sends the mail. Without it, SPF isn't evaluated.
                     * @example 192.0.2.1
                     */
                    ip?: string;
                };
            };
        };
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Proof"];
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    listDomainRecords: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the domain. */
                domainId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            records: components["schemas"]["PanelRecord"][];
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    getSetupLink: {
        parameters: {
            query?: {
                /** @description Where the customer ends up afterwards, by way of this service. The project must allow its origin. */
                redirectUri?: string;
            };
            header?: never;
            path: {
                /** @description The id of the domain. */
                domainId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["SetupLink"];
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    listShareLinks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the domain. */
                domainId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            shareLinks: components["schemas"]["ShareLink"][];
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    createShareLink: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 printable ASCII characters. Repeating a request with the same key within 24 hours returns the first answer. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The id of the domain. */
                domainId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "recipient": "jo@example.com"
                 *     }
                 */
                "application/json": {
                    /**
                     * Format: date-time
                     * @description When the link ends. Defaults to 30 days from now; a year at most.
                     */
                    expiresAt?: string;
                    /**
                     * @description For whom it is, to tell links apart.
                     * @example jo@example.com
                     */
                    recipient?: string;
                    /**
                     * @description Where the page leads when every record is live. Its origin must be one that the project allows (dashboard: Settings; command line: `projects update --return-origins`).
                     * @example https://app.example.com/settings/domains
                     */
                    returnUrl?: string;
                };
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** Format: date-time */
                            expiresAt: string;
                            id: string;
                            /** @description The address of the page. It is in this answer only. */
                            url: string;
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `QUOTA_EXCEEDED`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_IN_USE`. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_MISMATCH`. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    revokeShareLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the domain. */
                domainId: string;
                /** @description The id of the share link. */
                linkId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: null;
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    signMessage: {
        parameters: {
            query?: {
                /** @description How long the signatures are valid, in seconds (`x=`). By default they don't expire. */
                expiresInSeconds?: string;
            };
            header?: never;
            path: {
                /** @description The id of the domain. */
                domainId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "message/rfc822": string;
            };
        };
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            headers: string[];
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `DOMAIN_NOT_VERIFIED`, `FROM_NOT_ALLOWED`. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    verifyDomain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the domain. */
                domainId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            dkimEnabled: boolean;
                            dmarcEnabled: boolean;
                            domain: components["schemas"]["Domain"];
                            mailFromEnabled: boolean;
                            ownershipVerified: boolean;
                            /** @description Whether checks continue in the background or one is running now. */
                            verificationInProgress: boolean;
                            /** @enum {string} */
                            verificationStatus: "PENDING_CONFIGURATION" | "VERIFIED" | "TEMPORARY_FAILURE" | "FAILED";
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    exportDomainRecords: {
        parameters: {
            query?: {
                /** @description `zone` (the default): a zone file fragment (RFC 1035). `terraform`: see `provider`. `cloudflare`: for Cloudflare's "Import DNS records". `csv`: a table (RFC 4180). */
                format?: "zone" | "terraform" | "cloudflare" | "csv";
                /** @description Only with `format=terraform`: `cloudflare` (the default; `cloudflare_dns_record`, provider version 5) or `route53` (`aws_route53_record`). */
                provider?: "cloudflare" | "route53";
                /** @description `all` (the default), or `open`: only those that were not right at the last check, so that nothing is imported twice. */
                records?: "all" | "open";
            };
            header?: never;
            path: {
                /** @description The id of the domain. */
                domainId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The records to publish, as a file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                    "text/dns": string;
                    "text/plain": string;
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description The id of an event: those after it are listed. Left out, from the oldest that is kept. */
                cursor?: string;
                /** @description Only events of this domain. */
                domainId?: string;
                /** @description Defaults to 50. */
                limit?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            events: components["schemas"]["FeedEvent"][];
                            /** @description Whether more are there already. */
                            hasMore: boolean;
                            /** @description Where to go on, now or later: the last event that was read. Absent where there never was one. */
                            nextCursor?: string;
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    streamEvents: {
        parameters: {
            query?: {
                /** @description Only events of this domain. */
                domainId?: string;
            };
            header?: {
                /** @description The id of the last event that was received. */
                "last-event-id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["Failure"];
                };
            };
        };
    };
    listMailServerKeys: {
        parameters: {
            query?: {
                /** @description `nextCursor` from the previous page. */
                cursor?: string;
                /** @description The folder of the files on the mail server, because the tables contain full paths. */
                folder?: string;
                /** @description Which signer to write `tables` for. Requires `folder`. */
                format?: "opendkim" | "rspamd";
                /** @description Only these keys. Ids that no longer exist are skipped. */
                ids?: string;
                /** @description Defaults to 1000. */
                limit?: string;
                /** @description `false` omits the private keys. */
                privateKeys?: "true" | "false";
            };
            header?: {
                /** @description The ETag of an earlier answer. */
                "if-none-match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            keys: components["schemas"]["MailServerKey"][];
                            nextCursor?: string;
                            /** @description With `format`: the table files for `folder`. Concatenate the text of all pages. */
                            tables?: {
                                name: string;
                                text: string;
                            }[];
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description No key has changed since the `ETag` was issued. No body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    listRegions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            regions: {
                                primary: boolean;
                                regionKey: string;
                            }[];
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    advanceTestClock: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "seconds": 3600
                 *     }
                 */
                "application/json": {
                    /**
                     * @description How far to move the clock: at most 31 days.
                     * @example 3600
                     */
                    seconds: number;
                };
            };
        };
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["ClockAdvance"];
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                isActive?: "true" | "false";
                /** @description Defaults to 50. */
                limit?: string;
                /** @description Defaults to 1. */
                page?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            limit: number;
                            page: number;
                            total: number;
                            totalPages: number;
                            webhooks: components["schemas"]["Webhook"][];
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://app.example.com/webhooks",
                 *       "events": [
                 *         "domain.*",
                 *         "record.missing"
                 *       ]
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Event types, groups such as `domain.*`, or `*` for all: `domain.created`, `domain.verified`, `domain.at_risk`, `domain.restored`, `domain.failed`, `domain.updated`, `domain.deleted`, `record.verified`, `record.missing`, `key.created`, `key.published`, `key.activated`, `key.retiring`, `key.retired`, `key.revoked`, `dns.published`, `dns.drifted`, `dns.publish_failed`, `webhook.disabled`.
                     * @example [
                     *       "domain.*"
                     *     ]
                     */
                    events: string[];
                    /**
                     * @description Texts of your own, at most 4 KiB as JSON.
                     * @example {
                     *       "plan": "pro"
                     *     }
                     */
                    metadata?: {
                        [key: string]: string;
                    };
                    /**
                     * @description An https URL. Events are sent to it by POST.
                     * @example https://example.com/webhooks/autosend
                     */
                    url: string;
                };
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            webhook: components["schemas"]["Webhook"];
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `QUOTA_EXCEEDED`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the webhook. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            webhook: components["schemas"]["Webhook"];
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`, `WEBHOOK_NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    updateWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the webhook. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "events": [
                 *         "*"
                 *       ]
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Event types, groups such as `domain.*`, or `*` for all: `domain.created`, `domain.verified`, `domain.at_risk`, `domain.restored`, `domain.failed`, `domain.updated`, `domain.deleted`, `record.verified`, `record.missing`, `key.created`, `key.published`, `key.activated`, `key.retiring`, `key.retired`, `key.revoked`, `dns.published`, `dns.drifted`, `dns.publish_failed`, `webhook.disabled`.
                     * @example [
                     *       "domain.*"
                     *     ]
                     */
                    events?: string[];
                    isActive?: boolean;
                    /**
                     * @description Texts of your own, at most 4 KiB as JSON.
                     * @example {
                     *       "plan": "pro"
                     *     }
                     */
                    metadata?: {
                        [key: string]: string;
                    };
                    /**
                     * @description An https URL. Events are sent to it by POST.
                     * @example https://example.com/webhooks/autosend
                     */
                    url?: string;
                };
            };
        };
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            webhook: components["schemas"]["Webhook"];
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`, `WEBHOOK_NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the webhook. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            webhook: components["schemas"]["Webhook"];
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`, `WEBHOOK_NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    getWebhookDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `_id` of the delivery. */
                deliveryId: string;
                /** @description The id of the webhook. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["WebhookDeliveryDetail"];
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`, `WEBHOOK_NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    retryWebhookDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `_id` of the delivery. */
                deliveryId: string;
                /** @description The id of the webhook. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            jobId: string;
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`, `WEBHOOK_NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    listWebhookLogs: {
        parameters: {
            query?: {
                /** @description Defaults to 50. */
                limit?: string;
                /** @description Defaults to 1. */
                page?: string;
            };
            header?: never;
            path: {
                /** @description The id of the webhook. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            limit: number;
                            logs: components["schemas"]["WebhookDelivery"][];
                            page: number;
                            total: number;
                            totalPages: number;
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`, `WEBHOOK_NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    resendWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the webhook. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "event": "domain.verified",
                 *       "data": {
                 *         "domain": {
                 *           "domainName": "example.com"
                 *         }
                 *       }
                 *     }
                 */
                "application/json": {
                    /**
                     * @description What stands in `data`.
                     * @example {
                     *       "domain": {
                     *         "domainName": "example.com"
                     *       }
                     *     }
                     */
                    data: {
                        [key: string]: unknown;
                    };
                    /**
                     * @description An event that the webhook takes.
                     * @example domain.verified
                     */
                    event: string;
                };
            };
        };
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            jobId: string;
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`, `WEBHOOK_NOT_SUBSCRIBED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`, `WEBHOOK_NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    retryFailedDeliveries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the webhook. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "since": "2026-01-15T00:00:00Z"
                 *     }
                 */
                "application/json": {
                    /** Format: date-time */
                    since: string;
                };
            };
        };
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            retried: number;
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`, `WEBHOOK_NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    revealWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the webhook. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            secret: string;
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`, `WEBHOOK_NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the webhook. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /**
                             * Format: date-time
                             * @description Until then both secrets sign.
                             */
                            previousUntil: string;
                            secret: string;
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`, `WEBHOOK_NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the webhook. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "event": "domain.verified"
                 *     }
                 */
                "application/json": {
                    /**
                     * @example domain.verified
                     * @enum {string}
                     */
                    event: "domain.created" | "domain.verified" | "domain.at_risk" | "domain.restored" | "domain.failed" | "domain.updated" | "domain.deleted" | "record.verified" | "record.missing" | "key.created" | "key.published" | "key.activated" | "key.retiring" | "key.retired" | "key.revoked" | "dns.published" | "dns.drifted" | "dns.publish_failed" | "webhook.disabled";
                };
            };
        };
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description The first KiB of the answer. */
                            body: string;
                            deliveryId: string;
                            duration: number;
                            problem: string | null;
                            statusCode: number | null;
                            success: boolean;
                        };
                        message?: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `UNAUTHORIZED`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `FORBIDDEN`, `NOT_A_TEST_PROJECT`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `NOT_FOUND`, `WEBHOOK_NOT_FOUND`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `RATE_LIMIT_EXCEEDED`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            /** @description `SERVICE_UNAVAILABLE`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
        };
    };
}
