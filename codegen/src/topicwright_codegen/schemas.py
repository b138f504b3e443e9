"""JSON Schemas to one flat list of types: every object and every inline part named or numbered by us.

What is left for datamodel-code-generator is small and regular: an object has only the properties ``p0``, ``p1``, ...,
all required, and whatever it would have to invent a name for is a type of its own. So no name or text of a document
reaches it, and nothing that it names can change from one run to the next.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from topicwright_codegen import naming
from topicwright_codegen.discriminators import check_discriminator
from topicwright_codegen.documents import Identity, Node
from topicwright_codegen.drafts import Draft, DraftField
from topicwright_codegen.keywords import Flat, counts, literals, scalar, type_list, unsupported
from topicwright_codegen.rewrites import (
    constraining,
    constrains,
    is_plain,
    mentions_null,
    option_name,
    own_name,
    with_type,
    without,
)
from topicwright_codegen.shapes import UNIONS, Shape, is_object, shape_of
from topicwright_codegen.source import Source
from topicwright_codegen.values import Map, Seq, kind_of

_BRANCHES = 250
"""Larger unions overflow what reads them."""
_FORBIDDEN = ("customTypePath", "customBasePath", "x-python-")


@dataclass(slots=True)
class Schemas:
    """Collects the types that payloads and headers need."""

    source: Source
    drafts: list[Draft] = field(default_factory=list[Draft])
    _known: dict[Identity, Draft] = field(default_factory=dict[Identity, Draft])
    _queue: deque[Callable[[], None]] = field(default_factory=deque[Callable[[], None]])

    def payload(self, node: Node, name: str, domain: str) -> Draft | None:
        """Return the type of a payload, collecting all that it needs; ``name`` is for a schema without its own."""
        target = self.source.resolve(node)
        if target is None:
            return None
        draft = self._draft(target, name, domain)
        draft.is_payload = True
        self._drain()
        return draft

    def headers(self, nodes: Sequence[Node], name: str, domain: str) -> Draft | None:
        """Return the type of headers: those of a message, and those of its traits after them."""
        if len(nodes) == 1:
            return self.payload(nodes[0], name, domain)
        shape = Shape()
        for node in reversed(nodes):
            resolved = self.source.resolve(node)
            if resolved is not None:
                shape.add(shape_of(resolved, self.source))
        draft = self._new(nodes[0], name, given=False, owner=domain)
        self._fill_object(draft, shape)
        self._drain()
        return draft

    def _drain(self) -> None:
        while self._queue:
            self._queue.popleft()()

    def _draft(self, target: Node, name: str, owner: Draft | str) -> Draft:
        """Return the type of a schema, new or known."""
        known = self._known.get(target.identity)
        if known is None:
            given = own_name(target)
            known = self._new(target, given or name, bool(given), None if given else owner)
            self._known[target.identity] = known
            self._queue.append(lambda: self._fill(known))
        return known

    def _new(self, node: Node, name: str, given: bool, owner: Draft | str | None) -> Draft:
        draft = Draft(len(self.drafts), node, naming.class_name(name), given, owner)
        self.drafts.append(draft)
        return draft

    def _fill(self, draft: Draft) -> None:
        if is_object(draft.node, self.source):
            unsupported(draft.node, self.source.diagnostics)
            shape = shape_of(draft.node, self.source)
            if not shape.is_map and not shape.options:
                self._fill_object(draft, shape)
                return
        draft.schema = self._lower(draft.node, draft.name, draft)
        draft.kind = "alias" if draft.given else "inline"

    def _fill_object(self, draft: Draft, shape: Shape) -> None:
        draft.kind, draft.shape = "object", shape
        for wire, node in shape.properties.items():
            if node.value is False:  # the field is forbidden, and so is every one that the class does not have
                continue
            schema = self._lower(node, draft.name + naming.pascal(wire), draft)
            draft.fields.append(DraftField(wire, schema, node, wire in shape.required))
        if shape.additional is not None and isinstance(shape.additional.value, Map) and shape.additional.value:
            self._warn("TW418", "fields beyond those named are kept, and not checked", shape.additional)
        for wire in sorted(shape.required - shape.properties.keys()):
            self._warn("TW402", f"required field {wire!r} is not among the properties", draft.node)
        draft.schema = {
            "type": "object",
            "properties": {f"p{index}": field.schema for index, field in enumerate(draft.fields)},
            "required": [f"p{index}" for index in range(len(draft.fields))],
        }

    def _refer(self, draft: Draft, owner: Draft) -> Flat:
        owner.uses.add(draft.number)
        return draft.reference

    def _lower(self, node: Node, name: str, owner: Draft) -> Flat:
        """Return the flat form of a schema; ``name`` is what an inline object in it is called."""
        value = node.value
        if not isinstance(value, Map):
            return self._lower_boolean(node)
        self._refuse_extensions(node)
        if node.ref is not None and value.get("nullable") is not True:
            return self._lower_reference(node, name, owner)
        unsupported(node, self.source.diagnostics)
        if value.get("nullable") is True and not mentions_null(value):
            return self._union([self._nested(without(node, "nullable"), name, owner), {"type": "null"}])
        if "enum" in value or "const" in value:
            return literals(node, self.source.diagnostics)
        if is_object(node, self.source):
            return self._lower_object(node, name, owner)
        for key in UNIONS:
            branches = node.get(key)
            if branches is not None:
                check_discriminator(node, branches, self.source)
                return self._lower_union(list(branches.elements()), name, owner)
        if "allOf" in value:
            return self._lower_all_of(node, name, owner)
        return self._lower_typed(node, name, owner)

    def _lower_boolean(self, node: Node) -> Flat:
        if node.value is not True:
            message = f"a schema must be an object or a boolean, not {kind_of(node.value)}"
            if node.value is False:
                message = "a schema that accepts nothing has no Python type"
            self._error("TW403", message, node)
        return {}

    def _lower_reference(self, node: Node, name: str, owner: Draft) -> Flat:
        target = self.source.resolve(node)
        if target is None:
            return {}
        for keyword in constraining(node):
            if keyword.key not in ("$ref", "type", "nullable"):
                # JSON Schema draft 7, section 8.3, and the reference object of AsyncAPI.
                self._warn("TW416", f"{keyword.key!r} beside $ref means nothing", keyword)
        return self._refer(self._draft(target, name, owner), owner)

    def _lower_object(self, node: Node, name: str, owner: Draft) -> Flat:
        shape = shape_of(node, self.source)
        if shape.options:
            return self._lower_options(shape, node, name, owner)
        if shape.is_map:
            return self._lower_map(shape, name, owner)
        draft = self._new(node, name, given=False, owner=owner)
        self._queue.append(lambda: self._fill_object(draft, shape))
        return self._refer(draft, owner)

    def _lower_map(self, shape: Shape, name: str, owner: Draft) -> Flat:
        patterns = list(shape.pattern.members()) if shape.pattern else []
        values = [node for _, node in patterns]
        if shape.pattern is not None:
            self._warn("TW417", "the keys are not checked against patternProperties", shape.pattern)
        if shape.additional is not None and isinstance(shape.additional.value, Map):
            values.append(shape.additional)
        if not values or (patterns and shape.additional is None):
            return {"type": "object"}
        return {"type": "object", "additionalProperties": self._lower_union(values, name + "Value", owner)}

    def _lower_options(self, shape: Shape, node: Node, name: str, owner: Draft) -> Flat:
        """Write an object with alternatives as a union of objects, each with the common fields."""
        branches, *others = shape.options
        if len(branches) > _BRANCHES:
            return self._lower_union(branches, name, owner)
        for union in (node.get(key) for key in UNIONS):
            if union is not None:
                check_discriminator(node, union, self.source)
        if others:
            self._warn("TW404", "of several unions in one object only the first is typed", node)
        if not shape.properties:
            return self._lower_union(branches, name, owner)
        return self._union([self._option(shape, branch, name, at, owner) for at, branch in enumerate(branches, 1)])

    def _option(self, common: Shape, branch: Node, name: str, at: int, owner: Draft) -> Flat:
        resolved = self.source.resolve(branch) or branch
        merged = Shape(dict(common.properties), set(common.required), common.additional, common.pattern)
        merged.add(shape_of(resolved, self.source))
        draft = self._new(resolved, option_name(resolved, name, at), given=False, owner=owner)
        self._queue.append(lambda: self._fill_object(draft, merged))
        return self._refer(draft, owner)

    def _lower_union(self, branches: list[Node], name: str, owner: Draft) -> Flat:
        if len(branches) == 1:
            return self._nested(branches[0], name, owner)
        if len(branches) > _BRANCHES:
            self._warn("TW425", f"a union of {len(branches)} types is typed as Any", branches[0])
            return {}
        names = [option_name(branch, name, at) for at, branch in enumerate(branches, 1)]
        return self._union([self._nested(node, name, owner) for node, name in zip(branches, names, strict=True)])

    def _union(self, branches: list[Flat]) -> Flat:
        different = [branch for at, branch in enumerate(branches) if branch not in branches[:at]]
        return {"anyOf": different} if len(different) > 1 else different[0] if different else {}

    def _lower_all_of(self, node: Node, name: str, owner: Draft) -> Flat:
        """Lower an ``allOf`` that is no object: one part, or scalar parts whose keywords are put together."""
        all_of = node.get("allOf")
        parts = list(all_of.elements()) if all_of else []
        own = without(node, "allOf")
        if len(parts) == 1 and not constrains(own):
            return self._lower(parts[0], name, owner)
        merged = Map()
        for part in [*(self.source.resolve(part) for part in parts), own]:
            if part is not None and isinstance(part.value, Map):
                merged.update(part.value)
        return self._lower(Node(node.document, node.pointer, merged), name, owner)

    def _lower_typed(self, node: Node, name: str, owner: Draft) -> Flat:
        kinds = type_list(node, self.source.diagnostics)
        if len(kinds) > 1:
            branches = [self._nested(with_type(node, kind), name, owner) for kind in kinds]
            return self._union(branches)
        if kinds == ["array"]:
            return self._lower_array(node, name, owner)
        if kinds == ["object"]:
            return self._lower_map(Shape(), name, owner)
        return scalar(node, kinds[0] if kinds else None, self.source.diagnostics)

    def _lower_array(self, node: Node, name: str, owner: Draft) -> Flat:
        limits = counts(node, ("minItems", "maxItems"), self.source.diagnostics)
        tuple_items = node.get("prefixItems") or node.get("items")
        if tuple_items is not None and isinstance(tuple_items.value, Seq):
            return self._lower_tuple(node, list(tuple_items.elements()), name, owner)
        items = node.get("items")
        lowered = self._nested(items, name + "Item", owner) if items is not None else {}
        return {"type": "array", "items": lowered, **limits}

    def _lower_tuple(self, node: Node, items: list[Node], name: str, owner: Draft) -> Flat:
        lowered = [self._nested(item, f"{name}Item{at}", owner) for at, item in enumerate(items, 1)]
        rest = node.get("items" if node.get("prefixItems") else "additionalItems")
        closed = rest is not None and rest.value is False
        value = node.value if isinstance(node.value, Map) else Map()
        least, most = value.get("minItems"), value.get("maxItems")
        if least == len(items) and (closed or most == len(items)):
            count = len(items)
            return {"type": "array", "prefixItems": lowered, "items": False, "minItems": count, "maxItems": count}
        self._warn("TW419", "a tuple without a fixed length: which item is which is not checked", node)
        if not closed:
            lowered.append(self._nested(rest, name + "Rest", owner) if rest is not None else {})
        limits = counts(node, ("minItems", "maxItems"), self.source.diagnostics)
        if closed and "maxItems" not in limits:
            limits["maxItems"] = len(items)
        return {"type": "array", "items": {} if {} in lowered else self._union(lowered), **limits}

    def _nested(self, node: Node, name: str, owner: Draft) -> Flat:
        """Lower a schema inside another one; what datamodel-code-generator would name becomes a type of ours."""
        lowered = self._lower(node, name, owner)
        if is_plain(lowered):
            return lowered
        draft = self._new(node, name, given=False, owner=owner)
        draft.schema = lowered
        return self._refer(draft, owner)

    def _refuse_extensions(self, node: Node) -> None:
        for key, child in node.members():
            if key.startswith(_FORBIDDEN):
                self._error("TW405", f"{key!r} is not allowed: a catalog does not choose Python types", child)

    def _error(self, code: str, message: str, node: Node) -> None:
        self.source.diagnostics.error(code, message, node)

    def _warn(self, code: str, message: str, node: Node) -> None:
        self.source.diagnostics.warning(code, message, node)
