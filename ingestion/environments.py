"""Where one is: what makes room for something else is not done in production."""

from ingestion.errors import OddsError
from ingestion.settings import Settings


def refuse_in_production(settings: Settings, what: str) -> None:
    """Refuse what takes away or mixes data that somebody relies on.

    Raises:
        OddsError: ODDS_ENVIRONMENT says that this is production.
    """
    if settings.odds_environment == "production":
        raise OddsError(
            f"{what} is not done in production: name another warehouse, and its ODDS_ENVIRONMENT"
        )
