"""The names of one generated file: what it defines, what it imports, and under which name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from topicwright_codegen import naming


@dataclass(slots=True)
class Scope:
    """Collects the imports of a file while its text is made."""

    module: str
    taken: dict[str, str] = field(default_factory=dict[str, str])
    """The module of each name that the file uses."""
    imports: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    """By module: names and the names that they have here."""

    def define(self, name: str) -> str:
        """Record a name that the file defines itself."""
        self.taken[name] = self.module
        return name

    def use(self, module: str, name: str, private: bool = False) -> str:
        """Return the name to write for ``name`` of ``module``, importing it where needed.

        Of two things with one name, the second gets the name of its domain in front. A ``private``
        one gets an underscore, so that it is not exported.
        """
        if module == self.module:
            return name
        known = self.imports.setdefault(module, {})
        if name not in known:
            known[name] = f"_{name}" if private else self._free(module, name)
            self.taken[known[name]] = module
        return known[name]

    def _free(self, module: str, name: str) -> str:
        if self.taken.get(name, module) == module:
            return name
        prefix = module.split(".")[-2] if "." in module else module
        candidate = naming.pascal(prefix) + name
        while self.taken.get(candidate, module) != module:
            candidate += "_"
        return candidate

    def runtime(self, name: str) -> str:
        """Import a name of the runtime."""
        return self.use("topicwright", name)

    def lines(self) -> list[str]:
        """Return the import statements; ruff puts them in order."""
        return list(_statements(self.imports, again=False))

    def take_imports(self, *endings: str, exported: bool = False) -> list[str]:
        """Remove the imports from modules with these endings, and return them as statements, which also export."""
        exports = {module: names for module, names in self.imports.items() if module.endswith(endings)}
        self.imports = {module: names for module, names in self.imports.items() if module not in exports}
        return list(_statements(exports, again=exported))


def _statements(imports: Mapping[str, Mapping[str, str]], again: bool) -> Iterator[str]:
    for module, names in sorted(imports.items()):
        if names:
            listed = (_written(name, here, again) for name, here in sorted(names.items()))
            yield f"from {module} import {', '.join(listed)}"


def _written(name: str, here: str, again: bool) -> str:
    return name if name == here and not again else f"{name} as {here}"
