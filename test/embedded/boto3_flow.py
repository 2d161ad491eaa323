"""Runs boto3, unmodified, against the empty embedded Stage API at ENDPOINT (with-stage-api.sh --empty).

A REST API from its resources to a canary, as a script that sets up and tears down an environment does it: what boto3
returns, its paginators, and the exceptions that it raises. Exits with 1 at the first difference.
"""

import os

import boto3
from botocore.config import Config

apigateway = boto3.client(
    "apigateway",
    endpoint_url=os.environ["ENDPOINT"],
    region_name="eu-central-1",
    config=Config(retries={"max_attempts": 0}),
)


def expect(expected, found):
    assert found == expected, f"expected {expected!r}, found {found!r}"


def expect_error(kind, message, operation, **parameters):
    try:
        operation(**parameters)
    except getattr(apigateway.exceptions, kind) as error:
        expect(message, error.response["Error"]["Message"])
    else:
        raise AssertionError(f"{operation.__name__} raised no {kind}")


def replace(path, value):
    return {"op": "replace", "path": path, "value": value}


def create_api():
    api = apigateway.create_rest_api(
        name="orders",
        endpointConfiguration={"types": ["REGIONAL"]},
        tags={"team": "orders"},
    )
    expect(201, api["ResponseMetadata"]["HTTPStatusCode"])
    return api["id"]


def create_methods(api):
    (root,) = apigateway.get_resources(restApiId=api)["items"]
    orders = apigateway.create_resource(restApiId=api, parentId=root["id"], pathPart="orders")
    order = apigateway.create_resource(restApiId=api, parentId=orders["id"], pathPart="{id}")
    expect("/orders/{id}", order["path"])
    expect_error(
        "ConflictException",
        "Another resource with the same parent already has this name: orders",
        apigateway.create_resource,
        restApiId=api,
        parentId=root["id"],
        pathPart="orders",
    )
    method = {"restApiId": api, "resourceId": order["id"], "httpMethod": "GET"}
    apigateway.put_method(**method, authorizationType="NONE")
    apigateway.put_method_response(**method, statusCode="200")
    expect_error(
        "BadRequestException",
        "No integration defined for method",
        apigateway.create_deployment,
        restApiId=api,
    )
    apigateway.put_integration(
        **method, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'}
    )
    apigateway.put_integration_response(**method, statusCode="200", selectionPattern="")
    found = apigateway.get_method(**method)
    expect("MOCK", found["methodIntegration"]["type"])
    expect(["200"], list(found["methodIntegration"]["integrationResponses"]))
    embedded = apigateway.get_resources(restApiId=api, embed=["methods"], limit=500)["items"]
    expect(["GET"], [verb for item in embedded for verb in item.get("resourceMethods", {})])
    pages = apigateway.get_paginator("get_resources").paginate(
        restApiId=api, PaginationConfig={"PageSize": 1}
    )
    expect({"/", "/orders", "/orders/{id}"}, {item["path"] for page in pages for item in page["items"]})


def create_stage(api):
    first = apigateway.create_deployment(restApiId=api, stageName="live", variables={"release": "1"})
    summary = apigateway.get_deployment(
        restApiId=api, deploymentId=first["id"], embed=["apisummary"]
    )["apiSummary"]
    expect(["GET"], list(summary["/orders/{id}"]))
    apigateway.update_account(
        patchOperations=[replace("/cloudwatchRoleArn", "arn:aws:iam::123456789012:role/logs")]
    )
    stage = apigateway.update_stage(
        restApiId=api,
        stageName="live",
        patchOperations=[
            replace("/variables/backend", "one.example.com"),
            replace("/*/*/logging/loglevel", "INFO"),
            replace("/~1orders~1{id}/GET/throttling/rateLimit", "50.5"),
            replace("/tracingEnabled", "true"),
        ],
    )
    expect({"release": "1", "backend": "one.example.com"}, stage["variables"])
    expect("INFO", stage["methodSettings"]["*/*"]["loggingLevel"])
    expect(50.5, stage["methodSettings"]["~1orders~1{id}/GET"]["throttlingRateLimit"])
    expect(True, stage["tracingEnabled"])
    expect_error(
        "ConflictException",
        "Stage already exists",
        apigateway.create_stage,
        restApiId=api,
        stageName="live",
        deploymentId=first["id"],
    )
    return first["id"]


def promote_canary(api, first):
    second = apigateway.create_deployment(
        restApiId=api, stageName="live", canarySettings={"percentTraffic": 10.0}
    )["id"]
    stage = apigateway.get_stage(restApiId=api, stageName="live")
    expect((first, second), (stage["deploymentId"], stage["canarySettings"]["deploymentId"]))
    stage = apigateway.update_stage(
        restApiId=api,
        stageName="live",
        patchOperations=[
            {"op": "copy", "from": "/canarySettings/deploymentId", "path": "/deploymentId"},
            {"op": "remove", "path": "/canarySettings"},
        ],
    )
    expect((second, False), (stage["deploymentId"], "canarySettings" in stage))
    apigateway.delete_deployment(restApiId=api, deploymentId=first)
    expect_error(
        "BadRequestException",
        "Active stages pointing to this deployment must be moved or deleted",
        apigateway.delete_deployment,
        restApiId=api,
        deploymentId=second,
    )


def document(api):
    part = apigateway.create_documentation_part(
        restApiId=api, location={"type": "API"}, properties='{"description":"Orders"}'
    )
    apigateway.create_documentation_version(restApiId=api, documentationVersion="1.0")
    stage = apigateway.update_stage(
        restApiId=api, stageName="live", patchOperations=[replace("/documentationVersion", "1.0")]
    )
    expect("1.0", stage["documentationVersion"])
    expect([part["id"]], [item["id"] for item in apigateway.get_documentation_parts(restApiId=api)["items"]])


def tag(api):
    arn = f"arn:aws:apigateway:eu-central-1::/restapis/{api}/stages/live"
    apigateway.tag_resource(resourceArn=arn, tags={"team": "orders", "env": "live"})
    apigateway.untag_resource(resourceArn=arn, tagKeys=["env"])
    expect({"team": "orders"}, apigateway.get_tags(resourceArn=arn)["tags"])


def delete(api):
    apigateway.delete_stage(restApiId=api, stageName="live")
    expect_error(
        "NotFoundException",
        "Invalid stage identifier specified",
        apigateway.get_stage,
        restApiId=api,
        stageName="live",
    )
    apigateway.delete_rest_api(restApiId=api)
    expect([], apigateway.get_rest_apis()["items"])


api = create_api()
create_methods(api)
first = create_stage(api)
promote_canary(api, first)
document(api)
tag(api)
delete(api)
print("boto3 gets what it expects from the embedded Stage API.")
