#!/usr/bin/env bash
# with-stage-api.sh [OPTIONS] -- COMMAND...: runs COMMAND with a fresh embedded Stage API, its URL in ENDPOINT.
# Needs a build (npm run build).
set -euo pipefail
options=()
while [ "$1" != -- ]; do
  options+=("$1")
  shift
done
shift

output=$(mktemp)
node "$(dirname "$0")/../../dist/embedded/main.js" --port 0 "${options[@]}" >"$output" &
server=$!
trap 'kill "$server"; rm -f "$output"' EXIT
for _ in $(seq 100); do
  grep -q 'listens on' "$output" && break
  sleep 0.1
done
ENDPOINT=$(sed -n 's/.*listens on //p' "$output")
export ENDPOINT AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_DEFAULT_REGION=us-east-1
"$@"
