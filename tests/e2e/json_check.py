#!/usr/bin/python3
"""json_check.py SCHEMA_DIR FILE...: each file is one document that its schema describes fully.

The schema is chosen by `kind`. For the test every object with `properties` is closed, so that a
field that no schema names is found. Duplicate keys and trailing text are refused."""
import json
import os
import sys

from jsonschema import Draft202012Validator, RefResolver


def no_duplicates(pairs):
    keys = [k for k, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"duplicate key in {keys}")
    return dict(pairs)


def close(node):
    """Objects that list their properties have no others."""
    if isinstance(node, dict):
        if "properties" in node and node.get("type") == "object":
            node.setdefault("additionalProperties", False)
        for value in node.values():
            close(value)
    elif isinstance(node, list):
        for value in node:
            close(value)


def load(folder):
    schemas = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8") as f:
            schema = json.load(f)
        Draft202012Validator.check_schema(schema)
        if schema["$id"] != name:
            sys.exit(f"{name}: its $id is {schema['$id']}")
        if name != "envelope.schema.json":
            close(schema)
        schemas[name] = schema
    return schemas


def check(schemas, path):
    with open(path, "rb") as f:
        text = f.read().decode("utf-8")  # strict: a wrong byte is an error
    if not text.endswith("\n"):
        return f"{path}: does not end with a newline"
    doc = json.loads(text, object_pairs_hook=no_duplicates)
    for name in ("envelope", doc.get("kind", "?")):
        schema = schemas.get(f"{name}.schema.json")
        if schema is None:
            return f"{path}: no schema for kind {name}"
        resolver = RefResolver(schema["$id"], schema, store=schemas)
        for e in Draft202012Validator(schema, resolver=resolver).iter_errors(doc):
            return f"{path}: {name}: {'/'.join(map(str, e.absolute_path))}: {e.message[:600]}"
    return None


def main():
    schemas = load(sys.argv[1])
    bad = [e for e in (check(schemas, path) for path in sys.argv[2:]) if e]
    print("\n".join(bad))
    sys.exit(1 if bad else 0)


main()
