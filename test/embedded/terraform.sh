#!/usr/bin/env bash
# Runs Terraform, unmodified, against the empty embedded Stage API at ENDPOINT (with-stage-api.sh --empty): apply, a
# second plan without changes, changes, a plan without changes, and destroy until nothing is left.
# Needs `terraform` and the AWS provider: from the registry, from a mirror in the CLI configuration, or from the
# folder TERRAFORM_PLUGIN_DIR. With --check it only finds out whether both are there.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$(dirname "$0")/terraform/main.tf" "$folder"
export TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1 TF_VAR_endpoint=${ENDPOINT-}
tf() { terraform -chdir="$folder" "$@" -no-color -input=false; }

tf init ${TERRAFORM_PLUGIN_DIR:+-plugin-dir="$TERRAFORM_PLUGIN_DIR"} >"$folder/log" 2>&1 || {
  cat "$folder/log" >&2
  exit 1
}
[ "${1-}" != --check ] || exit 0

apply() {
  tf apply -auto-approve "$@" >"$folder/log" 2>&1 || {
    cat "$folder/log" >&2
    exit 1
  }
  # The exit code is 2 if there are changes.
  tf plan -detailed-exitcode "$@" >"$folder/log" 2>&1 || {
    echo "terraform $*: the plan after the apply is not empty" >&2
    cat "$folder/log" >&2
    exit 1
  }
}

state() { curl -sS "$ENDPOINT/_embedded/state"; }
expect() {
  state | grep -qF "$1" || {
    echo "the state has no $1" >&2
    exit 1
  }
}

apply
expect '"backend":"one.example.com"'
apply -var release=two
expect '"variables":{"backend":"two.example.com"}'
expect '"pathPart":"summaries"'
tf destroy -auto-approve -var release=two >"$folder/log" 2>&1 || {
  cat "$folder/log" >&2
  exit 1
}
expect '"clientCertificates":[],"restApis":[]'
echo 'Terraform applies, changes and destroys its configuration on the embedded Stage API.'
