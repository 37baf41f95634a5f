"""A parse of the dbt project takes as long as a build: one does for all processes of the tests."""

from pathlib import Path

from dbt.contracts.graph.manifest import Manifest
from dbt.parser.manifest import extended_mashumaro_encoder, extended_mashumuro_decoder

from ingestion.settings import Settings
from scheduler.parsed_project import database_of
from scheduler.transformation import Transformation
from tests.kept import kept


def share_what_is_parsed() -> None:
    """Let every `Transformation` of this process take what another process has parsed."""
    Transformation._parse = _parsed_once  # type: ignore[method-assign]


_parse = Transformation._parse


def _parsed_once(transformation: Transformation) -> Manifest:
    # one that runs dbt otherwise parses for itself
    if type(transformation) is not Transformation:
        return _parse(transformation)

    def make(folder: Path) -> None:
        packed = _parse(transformation).to_msgpack(extended_mashumaro_encoder)
        (folder / "manifest").write_bytes(packed)

    packed = (kept(_name_of(transformation.settings), make) / "manifest").read_bytes()
    # as dbt does with what it keeps for its own next start
    manifest: Manifest = Manifest.from_msgpack(packed, decoder=extended_mashumuro_decoder)
    manifest.build_parent_and_child_maps()
    manifest.build_group_map()
    manifest.build_flat_graph()
    return manifest


def _name_of(settings: Settings) -> str:
    return f"parsed-{settings.odds_target}-{database_of(settings)}"
