#!/usr/bin/env bash
# Runs the AWS CLI, unmodified, against the embedded Stage API at ENDPOINT with the sample data (with-stage-api.sh):
# every operation of a stage once, and what it prints. Needs `aws`. Exits with 1 at the first difference.
set -euo pipefail
export AWS_PAGER=''

api() { aws apigateway "$@" --endpoint-url "$ENDPOINT"; }

# expect WANTED COMMAND...: what the command prints, blanks made equal, is WANTED.
expect() {
  local wanted=$1 got
  shift
  got=$("$@" 2>&1 | tr -s '[:space:]' ' ' | sed 's/^ //; s/ $//') || true
  if [ "$got" != "$wanted" ]; then
    printf 'not as expected: %s\n  wanted: %s\n  got:    %s\n' "$*" "$wanted" "$got" >&2
    exit 1
  fi
}

stage=(--rest-api-id petstore01 --stage-name)
arn=arn:aws:apigateway:us-east-1::/restapis/petstore01/stages/dev

expect 'petstore01 orders0002 billing003 search0004' api get-rest-apis --query 'items[].id' --output text
expect 'petstore01 orders0002 billing003 search0004' api get-rest-apis --page-size 1 --query 'items[].id' --output text
expect 'Petstore' api get-rest-api --rest-api-id petstore01 --query name --output text
expect 'dev staging prod' api get-stages --rest-api-id petstore01 --query 'item[].stageName' --output text
expect 'prod' api get-stages --rest-api-id petstore01 --deployment-id dep001 --query 'item[].stageName' --output text
expect '10.0' api get-stage "${stage[@]}" prod --query canarySettings.percentTraffic --output text
expect 'next.example.com' api update-stage "${stage[@]}" dev \
  --patch-operations op=replace,path=/variables/backend,value=next.example.com --query variables.backend --output text
expect 'An error occurred (BadRequestException) when calling the UpdateStage operation: Promotion not available. Canary does not exist.' \
  api update-stage "${stage[@]}" dev \
  --patch-operations op=copy,path=/deploymentId,from=/canarySettings/deploymentId
expect 'qa' api create-stage "${stage[@]}" qa --deployment-id dep001 --variables a=b --query stageName --output text
expect 'An error occurred (ConflictException) when calling the CreateStage operation: Stage already exists' \
  api create-stage "${stage[@]}" qa --deployment-id dep001
expect '' api flush-stage-cache "${stage[@]}" prod
expect '' api flush-stage-authorizers-cache "${stage[@]}" prod
expect '' api delete-stage "${stage[@]}" qa
expect 'An error occurred (NotFoundException) when calling the GetStage operation: Invalid stage identifier specified' \
  api get-stage "${stage[@]}" qa
expect 'v1.3' api create-deployment --rest-api-id petstore01 --description v1.3 --query description --output text
expect 'v1.0 v1.1 v1.2 v1.3' api get-deployments --rest-api-id petstore01 --query 'items[].description' --output text
expect 'v1.2' api get-deployment --rest-api-id petstore01 --deployment-id dep003 --query description --output text
expect 'An error occurred (BadRequestException) when calling the DeleteDeployment operation: Active stages pointing to this deployment must be moved or deleted' \
  api delete-deployment --rest-api-id petstore01 --deployment-id dep003
expect '2.0' api create-documentation-version --rest-api-id petstore01 --documentation-version 2.0 --query version --output text
expect '2.0' api get-documentation-version --rest-api-id petstore01 --documentation-version 2.0 --query version --output text
expect '1.0 2.0' api get-documentation-versions --rest-api-id petstore01 --query 'items[].version' --output text
expect '' api tag-resource --resource-arn "$arn" --tags team=pets,env=dev
expect '' api untag-resource --resource-arn "$arn" --tag-keys env
expect 'pets' api get-tags --resource-arn "$arn" --query tags.team --output text
expect 'mine' api create-rest-api --name mine --query name --output text
expect '' api delete-rest-api --rest-api-id search0004
expect 'An error occurred (NotFoundException) when calling the GetRestApi operation: Invalid API identifier specified 123456789012:search0004' \
  api get-rest-api --rest-api-id search0004
echo 'The AWS CLI gets what it expects from the embedded Stage API.'
