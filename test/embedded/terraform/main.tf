# What a set-up manages around a stage. `release` is what the second apply changes.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "endpoint" {
  type = string
}

variable "release" {
  type    = string
  default = "one"
}

locals {
  is_first = var.release == "one"
}

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "any"
  secret_key                  = "any"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  endpoints {
    apigateway = var.endpoint
  }
  default_tags {
    tags = {
      managed = "terraform"
    }
  }
}

resource "aws_api_gateway_account" "this" {
  cloudwatch_role_arn = "arn:aws:iam::123456789012:role/api-gateway-logs"
}

resource "aws_api_gateway_client_certificate" "backend" {
  description = "release ${var.release}"
}

resource "aws_api_gateway_rest_api" "pets" {
  name               = "pets"
  description        = "release ${var.release}"
  binary_media_types = local.is_first ? ["image/png"] : ["image/png", "image/jpeg"]
  tags               = { team = var.release }
  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_resource" "pets" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  parent_id   = aws_api_gateway_rest_api.pets.root_resource_id
  path_part   = "pets"
}

# Its path changes, which the AWS provider does not pass on to what refers to it in the same apply.
resource "aws_api_gateway_resource" "reports" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  parent_id   = local.is_first ? aws_api_gateway_rest_api.pets.root_resource_id : aws_api_gateway_resource.pets.id
  path_part   = local.is_first ? "reports" : "summaries"
}

resource "aws_api_gateway_resource" "pet" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  parent_id   = aws_api_gateway_resource.pets.id
  path_part   = "{petId}"
}

resource "aws_api_gateway_method" "get_pet" {
  rest_api_id      = aws_api_gateway_rest_api.pets.id
  resource_id      = aws_api_gateway_resource.pet.id
  http_method      = "GET"
  authorization    = "NONE"
  api_key_required = !local.is_first
  request_parameters = {
    "method.request.path.petId"         = true
    "method.request.querystring.fields" = false
  }
}

resource "aws_api_gateway_method_response" "ok" {
  rest_api_id         = aws_api_gateway_rest_api.pets.id
  resource_id         = aws_api_gateway_resource.pet.id
  http_method         = aws_api_gateway_method.get_pet.http_method
  status_code         = "200"
  response_models     = { "application/json" = "Empty" }
  response_parameters = { "method.response.header.X-Release" = local.is_first }
}

resource "aws_api_gateway_integration" "get_pet" {
  rest_api_id          = aws_api_gateway_rest_api.pets.id
  resource_id          = aws_api_gateway_resource.pet.id
  http_method          = aws_api_gateway_method.get_pet.http_method
  type                 = "MOCK"
  timeout_milliseconds = local.is_first ? 29000 : 5000
  request_templates    = { "application/json" = jsonencode({ statusCode = 200 }) }
}

resource "aws_api_gateway_integration_response" "ok" {
  rest_api_id         = aws_api_gateway_rest_api.pets.id
  resource_id         = aws_api_gateway_resource.pet.id
  http_method         = aws_api_gateway_integration.get_pet.http_method
  status_code         = aws_api_gateway_method_response.ok.status_code
  response_parameters = { "method.response.header.X-Release" = "'${var.release}'" }
  response_templates  = { "application/json" = jsonencode({ release = var.release }) }
}

resource "aws_api_gateway_documentation_part" "api" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  properties  = jsonencode({ description = "release ${var.release}" })
  location {
    type = "API"
  }
}

resource "aws_api_gateway_documentation_part" "get_pet" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  properties  = jsonencode({ summary = "One pet, ${var.release}" })
  location {
    type   = "METHOD"
    path   = aws_api_gateway_resource.pet.path
    method = "GET"
  }
}

resource "aws_api_gateway_documentation_version" "this" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  version     = "1"
  description = "release ${var.release}"
  depends_on  = [aws_api_gateway_documentation_part.api, aws_api_gateway_documentation_part.get_pet]
}

resource "aws_api_gateway_deployment" "this" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  description = "release ${var.release}"
  triggers    = { release = var.release }
  depends_on  = [aws_api_gateway_integration_response.ok]
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "live" {
  rest_api_id           = aws_api_gateway_rest_api.pets.id
  deployment_id         = aws_api_gateway_deployment.this.id
  stage_name            = "live"
  description           = "release ${var.release}"
  documentation_version = aws_api_gateway_documentation_version.this.version
  client_certificate_id = aws_api_gateway_client_certificate.backend.id
  cache_cluster_enabled = local.is_first
  cache_cluster_size    = local.is_first ? "0.5" : null
  xray_tracing_enabled  = !local.is_first
  variables             = local.is_first ? { backend = "one.example.com", old = "1" } : { backend = "two.example.com" }
  tags                  = local.is_first ? { team = "one", old = "1" } : { team = "two" }
  access_log_settings {
    destination_arn = "arn:aws:logs:eu-west-1:123456789012:log-group:pets-${var.release}"
    format          = "$context.requestId ${var.release}"
  }
  depends_on = [aws_api_gateway_account.this]
}

resource "aws_api_gateway_method_settings" "all" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  stage_name  = aws_api_gateway_stage.live.stage_name
  method_path = "*/*"
  settings {
    logging_level          = local.is_first ? "INFO" : "ERROR"
    metrics_enabled        = local.is_first
    throttling_rate_limit  = local.is_first ? 100 : 50.5
    throttling_burst_limit = 50
  }
}

resource "aws_api_gateway_method_settings" "get_pet" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  stage_name  = aws_api_gateway_stage.live.stage_name
  method_path = "${trimprefix(aws_api_gateway_resource.pet.path, "/")}/GET"
  settings {
    caching_enabled      = local.is_first
    cache_ttl_in_seconds = local.is_first ? 60 : 300
  }
}

# Both data sources read what exists: a difference from the resources is a change in the plan.
data "aws_api_gateway_rest_api" "pets" {
  name       = aws_api_gateway_rest_api.pets.name
  depends_on = [aws_api_gateway_rest_api.pets]
}

data "aws_api_gateway_resource" "pet" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  path        = aws_api_gateway_resource.pet.path
}

output "ids" {
  value = [data.aws_api_gateway_rest_api.pets.id, data.aws_api_gateway_resource.pet.id]
}
