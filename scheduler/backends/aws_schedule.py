"""What the Lambda function wants of AWS: its next run, and its secrets."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ingestion.errors import UsageError

SECRET_NAMES = ("ODDS_API_KEY", "PGPASSWORD")
# a run that could not be handed over to Lambda is tried again, until the next one is due anyway
RETRY_POLICY = {"MaximumRetryAttempts": 5, "MaximumEventAgeInSeconds": 900}


@dataclass(frozen=True)
class OneShotSchedule:
    """The one EventBridge schedule that starts the next run.

    `role_arn` is the role by which EventBridge may call the function `function_arn`.
    """

    name: str
    group: str
    role_arn: str
    function_arn: str

    def set(self, at: datetime) -> None:
        """Let the next run start at a moment (rounded up to a second), and at no other."""
        import boto3  # noqa: PLC0415 - an extra that only Lambda needs

        client = boto3.client("scheduler")
        wanted = self._wanted(at)
        try:
            client.update_schedule(**wanted)
        except client.exceptions.ResourceNotFoundException:
            client.create_schedule(**wanted)

    def _wanted(self, at: datetime) -> dict[str, Any]:
        at_second = (at.astimezone(UTC) + timedelta(seconds=1, microseconds=-1)).replace(
            microsecond=0, tzinfo=None
        )
        return {
            "Name": self.name,
            "GroupName": self.group,
            "ScheduleExpression": f"at({at_second.isoformat()})",
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            # not DELETE: AWS deletes a schedule some time after it fired, and by then it may
            # already have been set for the next run
            "ActionAfterCompletion": "NONE",
            "State": "ENABLED",
            "Target": {
                "Arn": self.function_arn,
                "RoleArn": self.role_arn,
                "RetryPolicy": RETRY_POLICY,
            },
        }


def read_secrets(arn: str) -> dict[str, str]:
    """Read settings from a secret of AWS Secrets Manager, as keyword arguments of `load_settings`.

    Raises:
        UsageError: the secret is no JSON object of settings that are secret.
    """
    import boto3  # noqa: PLC0415 - an extra that only Lambda needs

    text = boto3.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    try:
        secrets = json.loads(text)
        return {name.lower(): secrets[name] for name in SECRET_NAMES if name in secrets}
    except (ValueError, TypeError):
        names = " and ".join(SECRET_NAMES)
        raise UsageError(f"ODDS_SECRET_ARN: the secret must be a JSON object of {names}") from None
