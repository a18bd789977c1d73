# The image of pairwatch: `docker build -t pairwatch:0.1.0 .`, or with podman or buildah. Debian 13 brings librdkafka 2.8, which logs in by SCRAM
# to Kafka 4 (that of Debian 12 cannot). The base is pinned by date; pin it by content with --build-arg DEBIAN=trixie-...-slim@sha256:...
ARG DEBIAN=trixie-20251020-slim

FROM debian:${DEBIAN} AS build
WORKDIR /src
COPY tools/setup tools/setup
RUN tools/setup build
COPY . .
# The packages of the libraries it is linked with are read from the program, so that no second list of them can grow old.
RUN cmake -S . -B /build -G Ninja -DCMAKE_BUILD_TYPE=Release -DPAIRWATCH_TESTS=OFF -DPAIRWATCH_BENCHMARKS=OFF \
    && ninja -C /build pairwatch \
    && strip /build/pairwatch \
    && ldd /build/pairwatch | awk '$3 ~ "^/" { print $3 }' | xargs -n 1 readlink -f | xargs dpkg -S | cut -d : -f 1 | sort -u >/build/packages

FROM debian:${DEBIAN}
COPY --from=build /build/packages /tmp/packages
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive xargs -a /tmp/packages apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /tmp/packages /var/lib/apt/lists/* /var/cache/apt/archives/* \
    && install -d -o 10001 -g 10001 -m 0750 /var/lib/pairwatch
COPY --from=build /build/pairwatch /usr/bin/pairwatch
# A number, so that Kubernetes can tell that it is not root. It writes nowhere but to /var/lib/pairwatch.
USER 10001:10001
VOLUME /var/lib/pairwatch
EXPOSE 9464
ENTRYPOINT ["pairwatch"]
CMD ["run"]
