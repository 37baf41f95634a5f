"""The project as dbt has parsed it: once in a process for each database, kept for every build."""

import gc
from collections.abc import Callable, Collection

from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import CompiledNode, HookNode, ModelNode

from ingestion.settings import Settings

# a process has one warehouse, or two while it moves one: what is parsed takes some 50 MB each
_KEPT = 3
_PROJECTS: dict[tuple[str, str], "ParsedProject"] = {}


class ParsedProject:
    """Two manifests, to be compiled again and again: of everything, and of the hot chain."""

    def __init__(self, everything: Manifest) -> None:
        self._everything = everything
        self._hot: Manifest | None = None

    def everything(self) -> Manifest:
        """All nodes of the project, ready to be compiled."""
        _forget_injected_ctes(self._everything)
        return self._everything

    def hot(self) -> Manifest:
        """The hot chain, what it reads, and the hooks of every run, ready to be compiled."""
        if self._hot is None:
            self._hot = _only_what_is_hot(self._everything)
            # both manifests stay: no later collection need walk through them again; those that
            # are no longer kept do not
            gc.unfreeze()
            gc.collect()
            gc.freeze()
        _forget_injected_ctes(self._hot)
        return self._hot

    def relations(self) -> set[tuple[str, str]]:
        """Schema and name of every seed and model that stands in the warehouse."""
        return {
            (node.schema, node.alias)
            for node in self._everything.nodes.values()
            if node.resource_type in ("model", "seed") and node.config.materialized != "ephemeral"
        }

    def models_of(self, relations: Collection[str]) -> list[ModelNode]:
        """The models that make some relations, `schema.name` each, by name."""
        nodes = [node for node in self._everything.nodes.values() if isinstance(node, ModelNode)]
        found = [node for node in nodes if f"{node.schema}.{node.alias}" in relations]
        return sorted(found, key=lambda node: node.name)


def parsed_project(settings: Settings, parse: Callable[[], Manifest]) -> ParsedProject:
    """What was parsed for a database of that name: all that nodes know of it is its name."""
    key = (settings.odds_target, database_of(settings))
    project = _PROJECTS.pop(key, None) or ParsedProject(parse())
    _PROJECTS[key] = project
    for oldest in list(_PROJECTS)[:-_KEPT]:
        del _PROJECTS[oldest]
    return project


def database_of(settings: Settings) -> str:
    """The name by which dbt calls the warehouse."""
    return (
        settings.odds_duckdb_path.stem if settings.odds_target == "duckdb" else settings.pgdatabase
    )


def is_hot_model(node: object) -> bool:
    """Whether it belongs to the chain that a collector builds after each response."""
    return isinstance(node, ModelNode) and "hot" in node.tags


def _only_what_is_hot(manifest: Manifest) -> Manifest:
    """A copy without the nodes that a hot run does not need: dbt walks through all it is given."""
    hot: Manifest = manifest.deepcopy()  # type: ignore[no-untyped-call]
    wanted = [
        name for name, node in hot.nodes.items() if "hot" in node.tags or isinstance(node, HookNode)
    ]
    kept: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name in hot.nodes and name not in kept:
            kept.add(name)
            wanted += hot.nodes[name].depends_on_nodes
    hot.nodes = {name: node for name, node in hot.nodes.items() if name in kept}
    hot.unit_tests = {}
    hot.exposures = {}
    hot.semantic_models = {}
    hot.metrics = {}
    hot.saved_queries = {}
    hot.build_parent_and_child_maps()  # type: ignore[no-untyped-call]
    return hot


def _forget_injected_ctes(manifest: Manifest) -> None:
    """Let a kept manifest be compiled again: dbt injects ephemeral models into a node only once.

    Models, tests, hooks: whatever was compiled once must compile the same again.
    """
    for node in manifest.nodes.values():
        if isinstance(node, CompiledNode):
            node.extra_ctes_injected = False
            node.extra_ctes = []
