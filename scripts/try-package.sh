#!/usr/bin/env bash
# What `npm pack` gives, installed in an empty folder without what only development needs, does what the README says.
set -euo pipefail
cd "$(dirname "$0")/.."
tsc="$PWD/node_modules/.bin/tsc"
types="$PWD/node_modules/@types"
folder=$(mktemp -d)
gateway=
trap '[ -z "$gateway" ] || kill "$gateway" 2>/dev/null || true; rm -rf "$folder"' EXIT
fail() { echo "try-package: $*" >&2; exit 1; }

npm pack --silent --pack-destination "$folder" >/dev/null
tarball=$(echo "$folder"/*.tgz)
echo "tarball: $(($(stat -c %s "$tarball") / 1024)) KB, $(tar -tzf "$tarball" | wc -l) files"
# Not by a pipe: grep -q ends it early, tar fails then, and so does the whole, as if nothing had been found.
tar -tzf "$tarball" >"$folder/listing"
if grep -qE '\.ts\.map$|/test/|/src/' "$folder/listing"; then fail 'the tarball holds what nobody needs'; fi

cd "$folder"
echo '{ "private": true, "type": "module" }' >package.json
npm install --silent --omit=dev --no-audit --no-fund "$tarball"
echo "installed: $(du -sm node_modules | cut -f1) MB, $(npm ls --all --parseable --omit=dev | wc -l) packages"

[ "$(npx stagegraph --version)" = "$(node -p "require('stagegraph/package.json').version")" ] || fail '--version'
npx stagegraph --help >help
grep -q STAGE_API help || fail '--help'
STAGE_API=aws AUTH=off npx stagegraph --print-config >config
grep -q '^STAGE_API=aws$' config || fail '--print-config'
npx stagegraph schema >schema.graphql
cmp -s schema.graphql "$(node -p "require.resolve('stagegraph/subgraph.graphql')")" || fail 'schema'
npx stagegraph schema --client >client.graphql
cmp -s client.graphql "$(node -p "require.resolve('stagegraph/schema.graphql')")" || fail 'schema --client'
npx stagegraph policies schema >schema.cedarschema
cmp -s schema.cedarschema "$(node -p "require.resolve('stagegraph/policies.cedarschema')")" || fail 'policies schema'
echo 'permit (principal, action, resource);' >policies.cedar
[ "$(npx stagegraph policies check -f policies.cedar)" = '1 policy, no mistakes' ] || fail 'policies check'
npx stagegraph stage-api --print-sample >sample
grep -q petstore01 sample || fail 'stage-api'

PORT=0 EMBEDDED_PORT=0 METRICS_PORT=0 OTEL_TRACES_EXPORTER=console node node_modules/.bin/stagegraph >log 2>&1 &
gateway=$!
for _ in $(seq 100); do
  url=$(sed -n 's/^GraphQL gateway: //p' log)
  [ -z "$url" ] || break
  kill -0 "$gateway" 2>/dev/null || fail "serve: $(cat log)"
  sleep 0.2
done
curl -sS -m 10 "$url" -H 'content-type: application/json' \
  -d '{"query":"{ stage(restApiId: \"petstore01\", stageName: \"prod\") { deploymentId } }"}' -o answer
grep -q '"deploymentId":"dep001"' answer || fail 'a query'
STAGEGRAPH_URL="$url" npx stagegraph export --api petstore01 --stage prod >stage.yaml
STAGEGRAPH_URL="$url" npx stagegraph plan --file stage.yaml >plan || fail "plan: $(cat plan)"
grep -q 'Nothing to do' plan || fail 'plan'
curl -sS -m 10 "$(sed -n 's/^Metrics: //p' log)" -o metrics
grep -q stagegraph_graphql_operations_total metrics || fail 'metrics'
curl -sS -m 10 -H 'accept: text/html' "$url" -o page
grep -qi sandbox page || fail 'the explorer'
curl -sS -m 10 "${url%graphql}" -o page
grep -q /console/assets/ page || fail 'the console'
kill "$gateway"
wait "$gateway" || fail "ended with code $?: $(cat log)"
gateway=

# The embedded Stage API for other people's tests, as a program and with its types.
node node_modules/.bin/stagegraph stage-api --port 0 --empty --clock 2026-01-01T00:00:00Z --seed 1 >stage-api.log &
gateway=$!
for _ in $(seq 100); do
  url=$(sed -n 's/.*listens on //p' stage-api.log)
  [ -z "$url" ] || break
  kill -0 "$gateway" 2>/dev/null || fail 'stage-api'
  sleep 0.1
done
curl -sS -m 10 "$url/_embedded/state" -o state
grep -q '"restApis":\[\]' state || fail 'stage-api --empty'
kill "$gateway"
wait "$gateway" || true
gateway=
cat >use.ts <<'TS'
import { type EmbeddedStageApi, emptyState, startEmbeddedStageApi, type State } from 'stagegraph/stage-api';
const api: EmbeddedStageApi = await startEmbeddedStageApi({
  state: emptyState,
  clock: '2026-01-01T00:00:00Z',
  seed: 1,
});
const authorization =
  'AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/apigateway/aws4_request, SignedHeaders=host, Signature=any';
const create = () =>
  fetch(`${api.url}/restapis`, { method: 'POST', headers: { authorization }, body: '{"name":"a"}' });
const response = await create();
if (!response.ok) throw new Error(await response.text());
const first: State = api.state();
await api.clear();
await create();
if (JSON.stringify(api.state()) !== JSON.stringify(first)) throw new Error('the ids do not repeat');
await api.load(first);
await api.close();
TS
"$tsc" --module nodenext --target es2023 --strict --skipLibCheck --types node --typeRoots "$types" use.ts
node use.js || fail 'the embedded Stage API as a library'

# The page's JavaScript examples, in the order of the page.
page=node_modules/stagegraph/docs/embedded-stage-api.md
example() { awk -v wanted="$1" '/^```js$/ { count++; inside = 1; next } /^```/ { inside = 0 } inside && count == wanted' "$page"; }
example 1 >stage.test.js
example 2 >handler.mjs
example 3 >handler.test.js
node --test --test-reporter=tap stage.test.js handler.test.js >tests || fail "the page's examples: $(cat tests)"
grep -q '^# pass 2$' tests || fail "the page's examples: $(cat tests)"
echo 'the package works'
