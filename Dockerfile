# Build:  docker build -t counterfoil .
# Make:   docker run --rm -v acme:/home/node/gateway counterfoil init --id acme.example --org Acme --advertise gw.acme.example
# Run:    docker run -d -v acme:/home/node/gateway -p 7443:7443 -p 7444:7444 --name acme counterfoil
# Use:    docker exec acme counterfoil status

FROM node:26-bookworm-slim AS build
# The SQLite binding is compiled where no binary of it fits.
RUN apt-get update && apt-get install -y --no-install-recommends g++ make python3 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY verifier/package.json verifier/
COPY admin-ui/package.json admin-ui/
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:26-bookworm-slim
ENV NODE_ENV=production COUNTERFOIL_HOME=/home/node/gateway
# Batches of some MiB come and go in several threads: without these, glibc keeps a third more memory than is used.
ENV MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=1048576 MALLOC_TRIM_THRESHOLD_=1048576
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/proto proto
COPY --from=build /app/verifier/package.json verifier/
COPY --from=build /app/verifier/dist verifier/dist
COPY --from=build /app/admin-ui/dist admin-ui/dist
COPY --from=build /app/dist/daemon dist/daemon
RUN ln -s /app/dist/daemon/main.js /usr/local/bin/counterfoil && chmod +x dist/daemon/main.js \
  && install -d -o node -g node -m 700 /home/node/gateway
USER node
VOLUME /home/node/gateway
EXPOSE 7443 7444
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s CMD ["counterfoil", "status", "--json"]
ENTRYPOINT ["counterfoil"]
CMD ["start"]
