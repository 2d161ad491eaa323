# Sends CloudTrail's events about API Gateway's stages to a stagegraph gateway. Once for each account and Region.

variable "gateway_url" {
  type        = string
  description = "The gateway's URL, ending in /events/aws. EventBridge needs TLS with a public certificate."
}

variable "event_key" {
  type        = string
  sensitive   = true
  description = "One of the gateway's EVENTS_SECRETS."
}

resource "aws_cloudwatch_event_connection" "stagegraph" {
  name               = "stagegraph"
  authorization_type = "API_KEY"

  auth_parameters {
    api_key {
      key   = "x-stagegraph-event-key"
      value = var.event_key
    }
  }
}

resource "aws_cloudwatch_event_api_destination" "stagegraph" {
  name                             = "stagegraph"
  connection_arn                   = aws_cloudwatch_event_connection.stagegraph.arn
  http_method                      = "POST"
  invocation_endpoint              = var.gateway_url
  invocation_rate_limit_per_second = 10
}

resource "aws_iam_role" "stagegraph_events" {
  # Roles are of the account, not of the Region.
  name_prefix = "stagegraph-events-"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })

  inline_policy {
    name = "invoke"
    policy = jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Effect   = "Allow"
        Action   = "events:InvokeApiDestination"
        Resource = aws_cloudwatch_event_api_destination.stagegraph.arn
      }]
    })
  }
}

resource "aws_cloudwatch_event_rule" "stagegraph" {
  name        = "stagegraph"
  description = "Changes of stages, deployments and their tags."

  event_pattern = jsonencode({
    source        = ["aws.apigateway"]
    "detail-type" = ["AWS API Call via CloudTrail"]
    detail = {
      eventSource = ["apigateway.amazonaws.com"]
      eventName = [
        "CreateStage", "UpdateStage", "DeleteStage", "CreateDeployment", "DeleteRestApi", "TagResource", "UntagResource",
      ]
    }
  })
}

resource "aws_cloudwatch_event_target" "stagegraph" {
  rule     = aws_cloudwatch_event_rule.stagegraph.name
  arn      = aws_cloudwatch_event_api_destination.stagegraph.arn
  role_arn = aws_iam_role.stagegraph_events.arn

  retry_policy {
    maximum_retry_attempts       = 3
    maximum_event_age_in_seconds = 900
  }
}
