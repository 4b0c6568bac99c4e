FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY server/package.json server/
COPY dashboard/package.json dashboard/
COPY packages/sdk/package.json packages/sdk/
# Not "npm ci": it refuses a lock file without the optional packages of other systems. This takes the versions of the lock file too.
RUN npm install --no-save --omit=dev --include=optional --ignore-scripts --workspace=server --include-workspace-root

FROM packages AS dashboard
RUN npm install --no-save --omit=dev --include=optional --ignore-scripts
COPY scripts/build-dashboard.mjs scripts/one-at-a-time.mjs scripts/open-umask.mjs scripts/
COPY server/src/core server/src/core
COPY dashboard dashboard
RUN node scripts/build-dashboard.mjs

FROM node:24-slim
# What is printed is kept as the container's log: no key is printed.
ENV NODE_ENV=production AUTOSEND_HOST=0.0.0.0 AUTOSEND_DATA_DIR=/data AUTOSEND_SHOW_FIRST_KEY=false
RUN mkdir -m 700 /data && chown node:node /data
WORKDIR /app
COPY --from=packages /app ./
COPY server/src server/src
# The client by which /mcp asks this service.
COPY packages/sdk/src packages/sdk/src
COPY --from=dashboard /app/dashboard/dist dashboard/dist
# What /docs is made from.
COPY docs docs
COPY examples/saas/README.md examples/saas/
COPY CHANGELOG.md CONTRIBUTING.md SECURITY.md ./
COPY dashboard/public/favicon.svg dashboard/public/
COPY dashboard/src/tokens.css dashboard/src/
# As scripts/start.mjs has it.
ENV MALLOC_ARENA_MAX=2
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.AUTOSEND_PORT || 3000) + '/health/live').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=8", "--heap-growing-percent=40", "server/src/main.ts"]
