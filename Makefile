# 归校。`make` 列出全部命令。
SHELL   := /bin/bash
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
BIN     ?= dist/guixiao
CONFIG  ?= guixiao.yaml
BUILD    = CGO_ENABLED=0 go build -mod=readonly -trimpath -buildvcs=false -ldflags '-s -w -X main.release=$(VERSION)'

.DEFAULT_GOAL := help
.PHONY: help demo run test race check fuzz bench build docker clean

help: ## 显示本说明
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## 一条命令试用：内置数据库、演示学校、可拨的时钟
	go run ./cmd/guixiao demo

run: ## 正式运行：make run CONFIG=guixiao.yaml
	go run ./cmd/guixiao serve --config $(CONFIG)

test: ## 全部测试（没装的数据库、浏览器自动跳过）
	go test ./...

race: ## 全部测试，带竞态检查
	go test -race -timeout 40m ./...

check: ## 格式、vet、各种检查器（装了哪个用哪个）
	@unformatted=$$(gofmt -l .); \
	if [ -n "$$unformatted" ]; then echo "需要 gofmt -w："; echo "$$unformatted"; exit 1; fi
	go vet ./...
	go test ./cmd/guixiao -run 'Arrows|Rooms|Readable|Before|Time|Machine|Linter'
	@if command -v golangci-lint >/dev/null; then golangci-lint run; \
	elif command -v staticcheck >/dev/null; then staticcheck ./...; \
	else echo "golangci-lint、staticcheck 均未安装，略过"; fi
	@if command -v hadolint >/dev/null; then hadolint Dockerfile; fi

FUZZTIME ?= 10s
fuzz: ## 每个模糊测试各跑一会儿（FUZZTIME=10s）
	@grep -rno --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . | while IFS=: read -r file _ name; do \
		name=$${name#func }; echo "== $$name ($$(dirname "$$file"))"; \
		go test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) "$$(dirname "$$file")" || exit 1; \
	done

bench: ## 负载与时延的测量，docs/performance.md 的表由它打印
	GUIXIAO_BENCH=1 go test -count=1 -timeout 40m -run '^TestReport' -v ./cmd/guixiao

build: ## 静态单文件：dist/guixiao
	$(BUILD) -o $(BIN) ./cmd/guixiao

docker: ## 镜像 guixiao:VERSION
	docker build --build-arg VERSION=$(VERSION) -t guixiao:$(VERSION) .

clean: ## 删除构建结果
	rm -rf dist
