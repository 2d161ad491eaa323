# The steps are the package's own scripts: what works here works on a laptop.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:24-slim
# Nothing is guessed in production: say STAGE_API, and who may do what.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/schema ./schema
COPY --from=build /app/dist ./dist
# What the command `conformance` compares with.
COPY --from=build /app/docs/recorded ./docs/recorded
COPY --from=build /app/console/built ./console/built
COPY --from=build /app/explorer/built ./explorer/built
# The files are root's: the process can change none of them.
USER node
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# In this form the process itself is told to stop, not a shell.
ENTRYPOINT ["node", "dist/main.js"]
CMD ["serve"]
