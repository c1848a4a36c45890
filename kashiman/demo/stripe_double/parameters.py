"""Which parameters Stripe accepts: read from the SDK's own typed dictionaries, never from a list of ours."""

import re
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

from stripe import RequestOptions

from kashiman.demo.stripe_double.faults import parameter_invalid, parameter_missing, parameter_unknown

INDEX_OR_NAME = re.compile(r"\[([^\[\]]*)\]")


def checked_parameters(form: str, accepted: type) -> dict[str, Any]:
    """Read a form as the SDK writes it (`a[b][0]=c`) and check it against one of `stripe.params`.

    Refuses, in this order: names the dictionary does not have, at any depth; required ones that are missing;
    values that are not the whole number, the boolean or one of the words that the dictionary names.
    """
    return _object(_tree(form), accepted, "")


def _tree(form: str) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(form, keep_blank_values=True):
        head = name.partition("[")[0]
        steps = [head, *INDEX_OR_NAME.findall(name[len(head) :])]
        branch = tree
        for step in steps[:-1]:
            branch = branch.setdefault(step, {})
            if not isinstance(branch, dict):
                raise parameter_invalid(head, f"Invalid object: {head}")
        branch[steps[-1]] = value
    return tree


def _object(tree: dict[str, Any], accepted: type, path: str) -> dict[str, Any]:
    fields = _fields(accepted)
    for name in tree:
        if name not in fields:
            raise parameter_unknown(_inner(path, name))
    for name in fields:
        if name in _required(accepted) and name not in tree:
            raise parameter_missing(_inner(path, name))
    return {name: _value(value, fields[name], _inner(path, name)) for name, value in tree.items()}


@cache
def _fields(accepted: type) -> dict[str, tuple[Any, ...]]:
    names_of_annotations = {"Mapping": Mapping, "StripeContext": object}
    hints = get_type_hints(accepted, localns=names_of_annotations)
    if RequestOptions in getattr(accepted, "__orig_bases__", ()):
        hints = {name: hint for name, hint in hints.items() if name not in RequestOptions.__annotations__}
    return {name: _alternatives(hint) for name, hint in hints.items()}


@cache
def _required(accepted: type) -> frozenset[str]:
    return frozenset(getattr(accepted, "__required_keys__", ()))


@cache
def _alternatives(hint: Any) -> tuple[Any, ...]:
    if get_origin(hint) in (Union, types.UnionType):
        return tuple(choice for part in get_args(hint) for choice in _alternatives(part))
    return (hint,)


def _inner(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _value(value: Any, alternatives: tuple[Any, ...], path: str) -> Any:
    return _branch(value, alternatives, path) if isinstance(value, dict) else _leaf(value, alternatives, path)


def _branch(tree: dict[str, Any], alternatives: tuple[Any, ...], path: str) -> Any:
    for hint in alternatives:
        if hasattr(hint, "__required_keys__"):
            return _object(tree, hint, path)
        if get_origin(hint) is list:
            within = _alternatives(get_args(hint)[0])
            return [_value(item, within, _inner(path, index)) for index, item in tree.items()]
        if get_origin(hint) is dict:
            within = _alternatives(get_args(hint)[1])
            return {name: _value(item, within, _inner(path, name)) for name, item in tree.items()}
    raise parameter_invalid(path, f"Invalid value for {path}: an object was not expected")


def _leaf(text: str, alternatives: tuple[Any, ...], path: str) -> Any:
    words = [word for hint in alternatives if get_origin(hint) is Literal for word in get_args(hint)]
    if text in words:
        return text
    if bool in alternatives and text in ("true", "false"):
        return text == "true"
    if int in alternatives and re.fullmatch(r"-?[0-9]+", text):
        return int(text)
    # The SDK adds `str` beside a list of words for words of tomorrow; the server of today refuses them.
    if str in alternatives and not any(words):
        return text
    raise _not_of_its_type(text, alternatives, words, path)


def _not_of_its_type(text: str, alternatives: tuple[Any, ...], words: list[str], path: str) -> Exception:
    if any(words):
        return parameter_invalid(path, f"Invalid {path}: must be one of {', '.join(filter(None, words))}")
    if int in alternatives:
        return parameter_invalid(path, f"Invalid integer: {text}", "parameter_invalid_integer")
    if bool in alternatives:
        return parameter_invalid(path, f"Invalid boolean: {text}")
    return parameter_invalid(path, f"Invalid object: {path}")
