# The Hermes image. `docker build .` compiles the executable itself; scripts/image passes one that is compiled already.
ARG BASE_IMAGE=docker.io/library/debian:13.4
ARG BUILD_IMAGE=docker.io/library/node:24-trixie-slim

# Needs BuildKit: Docker's legacy builder, which runs without buildx, does not know BUILDPLATFORM and fails here.
FROM --platform=$BUILDPLATFORM ${BUILD_IMAGE} AS build
LABEL hermes.stage=build
ARG TARGETARCH
# A compiled executable in the context, to use instead of compiling one.
ARG EXECUTABLE=
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY scripts/lib scripts/lib
COPY docker/build/npm.sh docker/build/npm.sh
RUN bash docker/build/npm.sh
COPY . .
ARG HERMES_COMMIT=unknown
RUN bash docker/build/stage.sh

FROM ${BASE_IMAGE}
ARG TARGETARCH
# The source of s6: overlay (s6-overlay's release) or plain (Debian's s6 and the fallback init).
ARG S6=overlay
ARG S6_OVERLAY_VERSION=3.2.3.0
ARG S6_OVERLAY_BASE_URL=https://github.com/just-containers/s6-overlay/releases/download/v${S6_OVERLAY_VERSION}
ARG S6_OVERLAY_NOARCH_SHA256=b720f9d9340efc8bb07528b9743813c836e4b02f8693d90241f047998b4c53cf
ARG S6_OVERLAY_X86_64_SHA256=a93f02882c6ed46b21e7adb5c0add86154f01236c93cd82c7d682722e8840563
ARG S6_OVERLAY_AARCH64_SHA256=0952056ff913482163cc30e35b2e944b507ba1025d78f5becbb89367bf344581
ARG S6_OVERLAY_SYMLINKS_SHA256=a60dc5235de3ecbcf874b9c1f18d73263ab99b289b9329aa950e8729c4789f0e
COPY docker/build/s6.sh /tmp/s6.sh
RUN sh /tmp/s6.sh && rm /tmp/s6.sh

RUN groupadd --gid 10000 hermes \
  && useradd --uid 10000 --gid 10000 --no-create-home --home-dir /opt/data --shell /bin/bash hermes \
  && install -d -m 0750 -o hermes -g hermes /opt/data \
  # The entry points of NousResearch's images, for templates that name them. In a base image that has these scripts,
  # the links replace them: the scripts would start a tree of their own.
  && mkdir -p /opt/hermes/docker \
  && ln -sf /usr/local/lib/hermes/entrypoint.sh /opt/hermes/docker/entrypoint.sh \
  && ln -sf /usr/local/lib/hermes/entrypoint.sh /opt/hermes/docker/entrypoint-dispatch.sh \
  && ln -sf /usr/local/lib/hermes/main-wrapper.sh /opt/hermes/docker/main-wrapper.sh \
  # Completion for `docker exec -it ... bash`.
  && echo '. /usr/local/lib/hermes/completion.sh' >>/etc/bash.bashrc \
  # For a rootless container; if root boots, `hermes-boot enter` closes /run first.
  && chmod 1777 /run

# The external agent, if one is asked for: a requirement of pip, its extras, and `yes` for the Node of its `--tui`.
ARG AGENT=
ARG AGENT_EXTRAS=messaging,web,cli,mcp,cron,pty
ARG AGENT_NODE=
COPY docker/build/agent.sh /tmp/agent.sh
RUN --mount=type=secret,id=ca --mount=type=secret,id=pip.conf \
  if [ -n "$AGENT" ]; then sh /tmp/agent.sh; fi && rm /tmp/agent.sh

# The licence texts of everything except Debian's packages, which contain theirs.
COPY --from=build /out/doc /usr/share/doc/hermes
COPY --from=build /out/rootfs /
COPY --from=build /out/s6 /tmp/s6
RUN if [ "$S6" = plain ]; then \
    rm -r /usr/share/doc/hermes/third-party/s6-overlay; \
  else \
    /tmp/s6/overlay/install.sh; \
  fi \
  && /tmp/s6/plain/install.sh \
  && rm -r /tmp/s6

# The largest layer, and a new one with each commit: it comes after the layers that stay the same.
COPY --from=build /out/bin /usr/local/bin
ARG BUILDARCH
RUN if [ "$TARGETARCH" = "$BUILDARCH" ]; then hermes version; fi

# Gateways have up to 7 s to end (docs/shutdown.md), within the 8 s of the script that waits for them. What is left
# after that gets a moment, and all of it takes less than the 10 s of `docker stop`.
ENV HERMES_HOME=/opt/data \
  PATH=/command:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/hermes-alias \
  S6_BEHAVIOUR_IF_STAGE2_FAILS=0 \
  S6_CMD_WAIT_FOR_SERVICES_MAXTIME=0 \
  S6_KILL_FINISH_MAXTIME=8000 \
  S6_KILL_GRACETIME=300 \
  S6_VERBOSITY=1
ARG HERMES_COMMIT=unknown
ARG HERMES_VERSION=unknown
LABEL org.opencontainers.image.title="Hermes" \
  org.opencontainers.image.description="Hermes and its gateways, supervised by s6" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${HERMES_VERSION}" \
  org.opencontainers.image.revision="${HERMES_COMMIT}"
VOLUME /opt/data
STOPSIGNAL SIGTERM
# Succeeds if every gateway whose desired state is running is ready. Asks s6, uses no network.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["/usr/local/bin/hermes-boot", "health"]
ENTRYPOINT ["/usr/local/lib/hermes/entrypoint.sh"]
CMD []
