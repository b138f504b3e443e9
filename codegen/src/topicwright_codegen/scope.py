"""The names of one generated file: what it defines, what it imports, and under which name."""

from __future__ import annotations

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
        """Note a name that the file defines itself."""
        self.taken[name] = self.module
        return name

    def use(self, module: str, name: str) -> str:
        """Return the name to write for ``name`` of ``module``, importing it where needed.

        Of two things with one name, the one that comes second gets the name of its domain in front.
        """
        if module == self.module:
            return name
        known = self.imports.setdefault(module, {})
        if name not in known:
            known[name] = self._free(module, name)
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
        return [
            f"from {module} import " + ", ".join(_written(name, here) for name, here in sorted(names.items()))
            for module, names in sorted(self.imports.items())
            if names
        ]


def _written(name: str, here: str) -> str:
    return name if name == here else f"{name} as {here}"
