"""JSON Schemas to one flat list of types: every object and every inline part named or numbered by us.

So the input of datamodel-code-generator is small and regular: an object has only the properties ``p0``, ``p1``, ...,
all required, and each schema that it would have to name is a type of its own. No name or text of a document reaches
it, and no name that it invents can change from one run to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from math import prod
from typing import TypeAlias

from topicwright_codegen import naming
from topicwright_codegen.asyncapi.leniencies import KEY
from topicwright_codegen.diagnostics.did_you_mean import did_you_mean
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.values import Map
from topicwright_codegen.schemas.arrays import lower_array
from topicwright_codegen.schemas.collector import Collector, Lower
from topicwright_codegen.schemas.draft import Draft, DraftField, Key
from topicwright_codegen.schemas.flat import LIST, Flat, branches_of, union_of
from topicwright_codegen.schemas.json_schema.keywords import (
    check_keywords,
    implied_type,
    keywords_of,
    literals,
    scalar,
    type_list,
)
from topicwright_codegen.schemas.json_schema.object_shape import (
    UNIONS,
    Analysis,
    Shape,
    all_of,
    is_bound,
    is_object,
    merged,
    shape_of,
)
from topicwright_codegen.schemas.json_schema.option_names import option_names, union_names
from topicwright_codegen.schemas.json_schema.rewrites import (
    has_only_part,
    is_anything,
    is_composed,
    is_literal,
    is_nullable,
    is_plain,
    is_union,
    only_part,
    own_name,
    parts_of,
    with_type,
    without,
)
from topicwright_codegen.schemas.recursion import Recursion

_BRANCHES = 250
"""Larger unions overflow the programs that read them."""
_SCALARS: tuple[Flat, ...] = ({"type": "string"}, {"type": "number"}, {"type": "boolean"}, {"type": "null"})
_PRODUCTS = 32
"""At most this many combinations of several unions are written out."""
Applies: TypeAlias = Callable[[Node, Analysis], bool]


@dataclass(slots=True)
class Schemas(Collector):
    """Collects the types that payloads and headers need."""

    _recursion: Recursion = field(default_factory=Recursion)

    def payload(self, node: Node, name: str, domain: str) -> Draft | None:
        """Return the type of a payload, and collect all that it needs; ``name`` is for a schema without its own."""
        draft = self._root(node, name, domain)
        if draft is not None:
            draft.is_judged = not self.exactness.says_everything(draft.node)
        return draft

    def _root(self, node: Node, name: str, domain: str) -> Draft | None:
        target = self.source.resolve(node)
        if target is None or self._is_foreign(target):
            return None
        self._report_siblings(node, target)
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
                shape.add(shape_of(resolved, self.analysis))
        draft = self._new(nodes[0], name, is_named=False, owner=domain)
        self._fill_object(draft, shape)
        self._drain()
        return draft

    def _draft(self, target: Node, name: str, owner: Draft | str) -> Draft:
        """Return the type of a schema, new or known."""
        known = self._known.get(target.identity)
        if known is None:
            own = own_name(target)
            known = self._new(target, own or name, bool(own), None if own else owner)
            self._known[target.identity] = known
            self._queue.append(lambda: self._fill(known))
        return known

    def _fill(self, draft: Draft) -> None:
        if self._is_class(draft.node):
            check_keywords(draft.node, self.source.diagnostics)
            shape = shape_of(draft.node, self.analysis)
            if not shape.is_map and not shape.options:
                heirs = self.tags.heirs(draft.node)
                if heirs:
                    self._fill_family(draft, shape, heirs)
                else:
                    self._fill_object(draft, shape)
                return
        draft.schema = self._lower(draft.node, draft.name, draft)
        draft.kind = "alias" if draft.is_named else "inline"

    def _is_class(self, node: Node) -> bool:
        """Return whether every value of a schema is an object, or is meant to be one."""
        return is_object(node, self.analysis) and (self.implied_types or is_bound(node, self.analysis))

    def _fill_family(self, draft: Draft, shape: Shape, heirs: Sequence[Node]) -> None:
        """Fill in the union of a schema and of those that a discriminator names in place of it."""
        members = [self._draft(node, draft.name, draft) for node in heirs]
        if self.tags.is_itself(draft.node):
            base = self._new(draft.node, f"{draft.name}Base", is_named=False, owner=draft)
            base.is_base = True
            self._queue.append(partial(self._fill_object, base, shape))
            members.insert(0, base)
        draft.schema, draft.kind = union_of([self._refer(member, draft) for member in members]), "alias"

    def _fill_object(self, draft: Draft, shape: Shape) -> None:
        """Fill in an object."""
        draft.kind, draft.shape = "object", shape
        for wire, node in shape.properties.items():
            if node.value is False:  # the field is forbidden, and so is every one that the class does not have
                continue
            schema = self._lower(node, draft.name + naming.pascal(wire), draft)
            draft.fields.append(DraftField(wire, schema, node, wire in shape.required))
        self._add_undescribed(draft, shape)
        if shape.pattern is not None or (shape.additional is not None and isinstance(shape.additional.value, Map)):
            draft.extras = self._lower_map(shape, draft.name, draft)
        draft.schema = {
            "type": "object",
            "properties": {f"p{index}": field.schema for index, field in enumerate(draft.fields)},
            "required": [f"p{index}" for index in range(len(draft.fields))],
        }

    def _add_undescribed(self, draft: Draft, shape: Shape) -> None:
        """Add the fields that are required and not among the properties, reporting each."""
        for wire in sorted(shape.required - shape.properties.keys()):
            text = f"required field {wire!r} is not among the properties: it takes any value"
            hint = did_you_mean(wire, shape.properties, "add it to the properties")
            self.source.diagnostics.warning("TW402", text, _required_at(draft.node, wire), hint)
            anything = Node(draft.node.document, draft.node.pointer, True)
            draft.fields.append(DraftField(wire, {}, anything, True))

    def _lower(self, node: Node, name: str, owner: Draft) -> Flat:
        """Return the flat form of a schema; ``name`` is what an inline object in it is called."""
        value = node.value
        if not isinstance(value, Map):
            return self._lower_boolean(node)
        if KEY in value and node.identity not in self._lenient:
            return self._leniently(node, name, owner, self._lower)
        self._refuse_extensions(node)
        if node.ref is not None and value.get("nullable") is not True:
            return self._lower_reference(node, name, owner)
        check_keywords(node, self.source.diagnostics)
        lower = next(lower for applies, lower in self._forms() if applies(node, self.analysis))
        return self._lower_once(lower, node, name, owner) if "allOf" in value else lower(node, name, owner)

    def _lower_once(self, lower: Lower, node: Node, name: str, owner: Draft) -> Flat:
        """Lower an ``allOf``; inside itself, which only an ``allOf`` can lead to, it is a type of its own."""
        key = node.identity, frozenset(keywords_of(node))
        known = self._recursion.circular.get(key)
        if known is None and key in self._recursion.inside:
            known = self._recursion.circular[key] = self._new(node, name, is_named=False, owner=owner)
            self._queue.append(partial(self._fill_circular, known, lower, name))
        if known is not None:
            return self._refer(known, owner)
        with self._recursion.entered(key):
            return lower(node, name, owner)

    def _fill_circular(self, draft: Draft, lower: Lower, name: str) -> None:
        draft.schema = lower(draft.node, name, draft)

    def _forms(self) -> Iterable[tuple[Applies, Lower]]:
        """Return the forms of schemas, of which the first that applies counts, each with its method."""
        return (
            (is_nullable, self._lower_nullable),
            (is_literal, self._lower_literals),
            (has_only_part, self._lower_only_part),
            (is_object, self._lower_object),
            (is_union, self._lower_alternatives),
            (is_composed, self._lower_all_of),
            (is_anything, self._lower_typed),
        )

    def _lower_nullable(self, node: Node, name: str, owner: Draft) -> Flat:
        return union_of([self._nested(without(node, "nullable"), name, owner), {"type": "null"}])

    def _lower_literals(self, node: Node, _name: str, _owner: Draft) -> Flat:
        return literals(node, self.source.diagnostics)

    def _lower_alternatives(self, node: Node, name: str, owner: Draft) -> Flat:
        key, branches = next((key, union) for key in UNIONS if (union := node.get(key)) is not None)
        options = list(branches.elements())
        self.tags.record(node, options)
        lowered = self._lower_union(options, name, owner)
        if key == "anyOf":
            self._queue.append(partial(self._keep_fields, lowered))
        if {} in (lowered, *branches_of(lowered)):  # they say less than the keywords beside them
            return self._lower(without(without(node, "anyOf"), "oneOf"), name, owner)
        return lowered

    def _lower_reference(self, node: Node, name: str, owner: Draft) -> Flat:
        target = self.source.resolve(node)
        if target is None or self._is_foreign(target):
            return {}
        self._report_siblings(node, target)
        return self._refer(self._draft(target, name, owner), owner)

    def _lower_object(self, node: Node, name: str, owner: Draft) -> Flat:
        if self._is_class(node):
            return self._lower_bound(node, name, owner)
        self._report_untyped(node, "object")
        lowered = self._lower_bound(node, f"{name}Object", owner)
        # A schema without ``type`` accepts every value that is no object: its keywords mean nothing for those.
        return union_of([*(branches_of(lowered) or [lowered]), self._any_list(node, name, owner), *_SCALARS])

    def _lower_bound(self, node: Node, name: str, owner: Draft) -> Flat:
        """Return the flat form of the objects among the values of a schema."""
        shape = shape_of(node, self.analysis)
        if shape.options:
            return self._lower_options(shape, node, name, owner)
        if shape.is_map:
            return self._lower_map(shape, name, owner)
        return self._object(node, name, owner, (node.identity,), lambda draft: self._fill_object(draft, shape))

    def _object(self, node: Node, name: str, owner: Draft, key: Key, fill: Callable[[Draft], None]) -> Flat:
        """Return a class; inside itself, which ``allOf`` can lead to, the same class again."""
        known = self._recursion.again(node, key, owner)
        if known is None:
            known = self._new(node, name, is_named=False, owner=owner)
            self._recursion.add(known, key)
            self._queue.append(partial(fill, known))
        return self._refer(known, owner)

    def _lower_map(self, shape: Shape, name: str, owner: Draft) -> Flat:
        """Return a dict of the fields that an object does not name."""
        additional, patterns = shape.additional, list(shape.pattern.members()) if shape.pattern else []
        values = [node for _, node in patterns]
        if additional is not None and isinstance(additional.value, Map):
            values.append(additional)
        closed = additional is not None and additional.value is not True
        flat: Flat = {"type": "object"}
        if values and (closed or not patterns):
            # The values have the type of all patterns together; which goes with which the schema itself says.
            flat["additionalProperties"] = self._lower_union(values, name + "Value", owner)
        return flat

    def _lower_options(self, shape: Shape, node: Node, name: str, owner: Draft) -> Flat:
        """Write an object with alternatives as a union of objects, each with the common fields."""
        branches, *others = shape.options
        if len(branches) > _BRANCHES:
            return self._lower_union(branches, name, owner)
        for part in (node, *all_of(node, self.source)):
            self.tags.record(part, branches)
        chosen: list[tuple[Node, ...]] = [(branch,) for branch in branches]
        if others and prod(map(len, shape.options)) <= _PRODUCTS:
            chosen = list(product(*shape.options))
        elif others:
            self._warn("TW404", "of several large unions in one object only the first is typed", node)
        elif not shape.properties:
            return self._lower_union(branches, name, owner)
        unions = shape.options if len(chosen[0]) > 1 else [branches]
        named = zip(chosen, option_names(unions, name, self.analysis), strict=True)
        union = union_of([self._option(shape, node, one, called, owner) for one, called in named])
        if any(branches is any_of for branches in shape.options for any_of in shape.any_of):
            self._queue.append(partial(self._keep_fields, union))
        return union

    def _option(self, common: Shape, around: Node, chosen: Sequence[Node], called: str, owner: Draft) -> Flat:
        """Return an object with alternatives as the one of it that has ``chosen``."""
        first, *others = [self.source.resolve(branch) or branch for branch in chosen]
        shape = Shape(dict(common.properties), set(common.required), common.additional, common.pattern)
        for branch in (first, *others):
            shape.add(shape_of(branch, self.analysis))
        key = (around.identity, *(branch.identity for branch in (first, *others)))
        return self._object(first, called, owner, key, lambda draft: self._fill_object(draft, shape))

    def _lower_union(self, branches: list[Node], name: str, owner: Draft) -> Flat:
        if len(branches) == 1:
            return self._nested(branches[0], name, owner)
        if len(branches) > _BRANCHES:
            self._warn("TW425", f"a union of {len(branches)} types is typed as Any", branches[0])
            return {}
        names = union_names(branches, name, owner.name, self.analysis)
        return union_of([self._nested(node, name, owner) for node, name in zip(branches, names, strict=True)])

    def _lower_all_of(self, node: Node, name: str, owner: Draft) -> Flat:
        """Lower an ``allOf`` that is no object: the keywords of its parts are put together."""
        return self._lower(merged(node, parts_of(node, self.source, set())), name, owner)

    def _lower_only_part(self, node: Node, name: str, owner: Draft) -> Flat:
        part = only_part(node)
        return {} if part is None else self._lower(part, name, owner)

    def _lower_typed(self, node: Node, name: str, owner: Draft) -> Flat:
        kinds = type_list(node, self.source.diagnostics)
        if len(kinds) > 1:
            branches = [self._nested(with_type(node, kind), name, owner) for kind in kinds]
            return union_of(branches)
        if kinds == ["array"]:
            return lower_array(node, name, partial(self._nested, owner=owner), self.source.diagnostics)
        if kinds == ["object"]:
            return self._lower_map(Shape(), name, owner)
        if not kinds:
            return self._lower_untyped(node, name, owner)
        return scalar(node, kinds[0], self.source.diagnostics)

    def _lower_untyped(self, node: Node, name: str, owner: Draft) -> Flat:
        """Return the flat form of a schema without ``type``: its keywords are about some of its values."""
        implied = implied_type(node)
        if implied is None:
            return {}
        if self.implied_types:
            return self._lower(with_type(node, implied), name, owner)
        if implied != "array" or node.get("items") is None:
            return {}
        self._report_untyped(node, "array")
        lowered = self._nested(with_type(node, "array"), name, owner)
        return union_of([lowered, {"type": "object"}, *_SCALARS]) if lowered != LIST else {}

    def _nested(self, node: Node, name: str, owner: Draft) -> Flat:
        """Lower a schema inside another one; what datamodel-code-generator would name becomes a type of ours."""
        lowered = self._lower(node, name, owner)
        if is_plain(lowered):
            return lowered
        draft = self._new(node, name, is_named=False, owner=owner)
        draft.schema = lowered
        return self._refer(draft, owner)


def _required_at(node: Node, wire: str) -> Node:
    """Return where a schema lists a required field; the schema itself where another part of it does."""
    required = node.get("required")
    return next((item for item in required.elements() if item.value == wire), node) if required else node
