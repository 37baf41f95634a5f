data "aws_caller_identity" "current" {}

locals {
  schedule_name = "${var.name}-next"
  has_efs       = var.efs_access_point_arn != null
  has_vpc       = length(var.subnet_ids) > 0
  efs_path      = "/mnt/odds"

  # the function makes this schedule itself
  group_path   = replace(aws_scheduler_schedule_group.odds.arn, ":schedule-group/", ":schedule/")
  schedule_arn = "${local.group_path}/${local.schedule_name}"
}

resource "aws_cloudwatch_log_group" "odds" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
}

resource "aws_lambda_function" "odds" {
  function_name = var.name
  role          = aws_iam_role.function.arn
  package_type  = "Image"
  image_uri     = var.image_uri
  architectures = [var.architecture]
  memory_size   = var.memory_mb
  timeout       = var.timeout_seconds

  reserved_concurrent_executions = var.reserved_concurrency

  image_config {
    entry_point       = ["python", "-m", "awslambdaric"]
    command           = ["scheduler.backends.aws_lambda.handler"]
    working_directory = "/app"
  }

  environment {
    variables = merge(var.settings, {
      ODDS_TARGET     = "postgres"
      PGHOST          = var.postgres_host
      PGPORT          = tostring(var.postgres_port)
      PGUSER          = var.postgres_user
      PGDATABASE      = var.postgres_database
      ODDS_SECRET_ARN = var.secret_arn

      ODDS_SCHEDULE_NAME     = local.schedule_name
      ODDS_SCHEDULE_GROUP    = aws_scheduler_schedule_group.odds.name
      ODDS_SCHEDULE_ROLE_ARN = aws_iam_role.scheduler.arn

      # of the image's own folders none can be written to
      HOME            = "/tmp"
      ODDS_DATA_DIR   = local.has_efs ? local.efs_path : "/tmp/odds"
      DBT_TARGET_PATH = "/tmp/dbt/target"
      DBT_LOG_PATH    = "/tmp/dbt/logs"
    })
  }

  dynamic "vpc_config" {
    for_each = local.has_vpc ? [1] : []

    content {
      subnet_ids         = var.subnet_ids
      security_group_ids = var.security_group_ids
    }
  }

  dynamic "file_system_config" {
    for_each = local.has_efs ? [1] : []

    content {
      arn              = var.efs_access_point_arn
      local_mount_path = local.efs_path
    }
  }

  depends_on = [
    aws_cloudwatch_log_group.odds,
    aws_iam_role_policy.function,
  ]
}

resource "aws_lambda_function_event_invoke_config" "odds" {
  function_name = aws_lambda_function.odds.function_name

  # a run that failed has scheduled another; one that found another under way may wait for it
  maximum_retry_attempts       = 0
  maximum_event_age_in_seconds = max(60, var.timeout_seconds)
}
