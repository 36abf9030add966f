# docker build -t kpi-sql .
# docker run --rm --volume "$PWD:/data:ro" kpi-sql -f queries/monthly.sql
#
# Written with care and never built: this repository's tests have no Docker.
FROM rust:1.95-slim-bookworm AS build
RUN apt-get update \
  && apt-get install --yes --no-install-recommends build-essential \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN cargo build --locked --release --bin kpi-sql

FROM debian:bookworm-slim
# Certificates, for files on other computers.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --create-home analyst
COPY --from=build /source/target/release/kpi-sql /usr/local/bin/kpi-sql
USER analyst
WORKDIR /data
ENTRYPOINT ["kpi-sql"]
