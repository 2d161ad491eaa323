#!/usr/bin/env bash
# What is attached to a release, and its notes: bash scripts/release-files.sh v0.2.0 FOLDER
set -euo pipefail
folder=$(mkdir -p "$2/files" && cd "$2" && pwd)
cd "$(dirname "$0")/.."

npx tsx scripts/release-notes.ts "$1" >"$folder/notes.md"
npm run --silent schema >"$folder/files/subgraph.graphql"
npm run --silent schema -- --auth >"$folder/files/subgraph-with-scopes.graphql"
npm run --silent schema -- --fleet >"$folder/files/subgraph-of-a-fleet.graphql"
cp docs/schema.graphql "$folder/files/schema.graphql"
npm sbom --omit dev --sbom-format cyclonedx >"$folder/files/sbom.cyclonedx.json"
