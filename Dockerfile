# One image for both workspaces; which one it runs is its command.
#   docker build --tag lockkeeper .
FROM node:24-slim AS source
WORKDIR /lockkeeper
COPY . .

FROM source AS build
RUN npm ci --no-audit --no-fund --ignore-scripts \
 && node node_modules/typescript-7/bin/tsc -b apps/credentials apps/access-tokens libs/local-stack \
 && node scripts/bundle.mjs credentials access-tokens \
 && node scripts/console.mjs \
 && find apps libs -name src -type d -prune -exec rm -r {} +

FROM source AS packages
RUN npm ci --omit=dev --no-audit --no-fund --ignore-scripts

# Neither compilers nor sources, neither the sandbox nor anything that only development needs.
FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /lockkeeper
COPY package.json LICENSE ./
COPY --from=packages /lockkeeper/node_modules node_modules
COPY --from=build /lockkeeper/libs libs
COPY --from=build /lockkeeper/apps/credentials apps/credentials
COPY --from=build /lockkeeper/apps/access-tokens apps/access-tokens
COPY --from=build /lockkeeper/apps/console/dist apps/console/dist
USER node
ENTRYPOINT ["node", "--enable-source-maps"]
