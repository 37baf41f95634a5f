resource "aws_scheduler_schedule_group" "odds" {
  name = var.name
}

# The function itself sets the schedule of its next run, in this group; this one starts the chain,
# and starts it again wherever it broke.
resource "aws_scheduler_schedule" "safety_net" {
  name                = "${var.name}-safety-net"
  group_name          = aws_scheduler_schedule_group.odds.name
  schedule_expression = var.safety_net

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.odds.arn
    role_arn = aws_iam_role.scheduler.arn
  }

  depends_on = [aws_iam_role_policy.scheduler]
}
