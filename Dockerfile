# syntax=docker/dockerfile:1

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download && go mod verify
COPY . .
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -mod=readonly -trimpath -buildvcs=false \
        -ldflags "-s -w -X main.release=${VERSION}" -o /out/guixiao ./cmd/guixiao \
    && mkdir -p /out/data /out/tmp

# Nothing but the binary: no shell, no package manager, no root.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/guixiao /guixiao
COPY --from=build --chown=65532:65532 /out/tmp /tmp
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
# The working folder of the relative paths in the configuration: data/guixiao.db.
WORKDIR /
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["/guixiao"]
CMD ["serve", "--config", "/etc/guixiao/guixiao.yaml"]
