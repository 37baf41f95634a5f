output "function_name" {
  description = "Call it by hand with: aws lambda invoke --function-name NAME /dev/stdout"
  value       = aws_lambda_function.odds.function_name
}

output "log_group" {
  description = "Where it logs, a JSON object a line."
  value       = aws_cloudwatch_log_group.odds.name
}

output "schedule" {
  description = "The schedule of the next run, in its group."
  value       = "${aws_scheduler_schedule_group.odds.name}/${local.schedule_name}"
}
