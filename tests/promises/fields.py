"""Every field that the addresses of an application take, as they declare it themselves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import uuid4

from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts
from pydantic import BaseModel, TypeAdapter

Routes = dict[str, RouteContext]
Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """One field: `stands` in the path, the query, a form or a document; `place` leads to it there."""

    stands: str
    place: tuple[str, ...]
    schema: Schema = field(hash=False)

    @property
    def name(self) -> str:
        return ".".join(self.place)

    @property
    def is_id(self) -> bool:
        """Whether it names a thing: whatever stands in a path, a UUID, and what is called like an id or a code."""
        last = self.place[-1]
        called = last.endswith("_id") or last in {
            "code",
            "user_code",
            "handle",
            "receipt",
            "reference",
            "serial",
            "store",
        }
        return self.stands == "path" or self.schema.get("format") == "uuid" or called


def routes_of(app: Any) -> Routes:
    """Every address of an application by method and path."""
    return {
        f"{method} {route.path}": route
        for route in iter_route_contexts(app.routes)
        for method in (route.methods or set()) - {"HEAD"}
    }


def never_ends(route: RouteContext) -> bool:
    """Whether what an address answers goes on for as long as somebody listens."""
    declared: dict[int | str, Any] = getattr(route.original_route, "responses", {})
    return "text/event-stream" in declared.get(200, {}).get("content", {})


def dependencies_of(route: RouteContext) -> Iterator[Dependant]:
    """What an address depends on, all the way down; the first is the endpoint itself."""

    def below(dependant: Dependant) -> Iterator[Dependant]:
        yield dependant
        for child in dependant.dependencies:
            yield from below(child)

    dependant = getattr(route, "dependant", None)
    return below(dependant) if dependant is not None else iter(())


def fields_of(route: RouteContext) -> list[Field]:
    """Every field that an address declares, in the order in which they are read."""
    found: dict[tuple[str, tuple[str, ...]], Field] = {}
    for dependant in dependencies_of(route):
        declared = [("path", dependant.path_params), ("query", dependant.query_params), ("form", dependant.body_params)]
        for stands, parameters in declared:
            for parameter in parameters:
                for each in _leaves(stands, parameter.alias, parameter.field_info):
                    found[each.stands, each.place] = each
    return list(found.values())


def filled_path(address: str, route: RouteContext, values: Mapping[str, str]) -> str:
    """The path of an address with these values, and with something of the right form for the others."""
    path = address.split(" ")[1]
    for each in fields_of(route):
        if each.stands == "path":
            given = values.get(each.name) or _something(each.schema)
            path = path.replace(f"{{{each.name}}}", given).replace(f"{{{each.name}:path}}", given)
    return path


def nested(place: tuple[str, ...], value: Any) -> Any:
    """A document that holds a value at one place and nothing else."""
    for name in reversed(place):
        value = [value] if name == "0" else {name: value}
    return value


def _leaves(stands: str, name: str, info: Any) -> Iterator[Field]:
    schema = TypeAdapter(Annotated[info.annotation, info]).json_schema()
    if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
        yield from _inside(schema, schema.get("$defs", {}), "json", ())
    else:
        yield Field(stands, (name,), next(_inside(schema, schema.get("$defs", {}), stands, (name,))).schema)


def _inside(schema: Schema, known: Mapping[str, Schema], stands: str, place: tuple[str, ...]) -> Iterator[Field]:
    """The fields of a schema that hold a value themselves, in every form that they may have."""
    if "$ref" in schema:
        yield from _inside(known[schema["$ref"].rsplit("/", 1)[1]], known, stands, place)
    elif "anyOf" in schema:
        for choice in schema["anyOf"]:
            if choice.get("type") != "null":
                yield from _inside(choice, known, stands, place)
    elif "properties" in schema:
        for name, member in schema["properties"].items():
            yield from _inside(member, known, stands, (*place, name))
    elif schema.get("type") == "array":
        yield from _inside(schema["items"], known, stands, (*place, "0"))
    else:
        yield Field(stands, place, schema)


def _something(schema: Schema) -> str:
    if schema.get("format") == "uuid":
        return str(uuid4())
    if "enum" in schema:
        return str(schema["enum"][0])
    return "1" if schema.get("type") == "integer" else "something"
