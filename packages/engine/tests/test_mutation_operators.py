"""What the operators change in a program, and in data."""

from __future__ import annotations

import ast

import pytest

from fenceproof.mutation import data
from fenceproof.mutation.code import PLACES_FIELDS
from fenceproof.mutation.operators import OPERATORS, edits

VALUES = {"constant", "comparison", "boolean", "arithmetic", "unary"}


def changes(source: str, names: set[str]) -> list[str]:
    """Each change as `before → after`; each is a program of its own, on the same lines."""
    found, dumps = [], {ast.dump(ast.parse(source))}
    text = source.encode()
    for edit in edits(text):
        changed = edit.apply(text).decode()
        dump = ast.dump(ast.parse(changed))
        assert dump not in dumps
        dumps.add(dump)
        assert changed.count("\n") == source.count("\n")
        if edit.operator in names:
            found.append(f"{text[edit.start : edit.stop].decode()} → {edit.new.decode()}")
    return found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1, 0x10, 1.5, True, False, None", "1 → 2|0x10 → 17|1.5 → 2.5|True → False|False → True|None → ..."),
        ("x = 'a', \"\", b'c', r'\\d'", "'a' → 'aX'|\"\" → \"X\"|b'c' → b'cX'|r'\\d' → r'\\dX'"),
        ("x = 'é' 'f' + g", "+ → -|'é' 'f' → 'é' 'fX'"),
        ('x = """a\nb"""', '"""a\nb""" → """a\nbX"""'),
        ("a < b <= c > d >= e", "< → <=|<= → <|> → >=|>= → >"),
        ("a == b, a != b, a in b, a not  in b", "== → !=|!= → ==|in → not in|not  in → in"),
        ("a is b, a is not b, a is (not b)", "is → is not|is not → is|is → is not|not b → b"),
        ("a and b and c or (not d)", "or → and|and → or|and → or|not d → d"),
        ("(a  # a < comment\n+ b) - c * d / e // f % g ** h", "- → +|+ → -|% → *|// → *|/ → *|* → /|** → *"),
        ("a << b >> c | d & e ^ f @ g", "| → &|>> → <<|<< → >>|^ → &|& → ||@ → *"),
        ("-a, +b, ~c", "- → +|+ → -|~ → -"),
        ("a += b; a -= b; a *= b; a //= b; a **= b; a |= b", "+= → -=|-= → +=|*= → /=|//= → *=|**= → *=||= → &="),
        ('"doc"\nclass A:\n  "doc"\n  def f(self, a: "A" = 1) -> "A":\n    "doc"\n    b: "A" = 2', "1 → 2|2 → 3"),
        ("__all__ = ['a']", ""),
        ("match a:\n    case -1 | 'b' | True | None if c > 2: ...", "1 → 2|'b' → 'bX'|True → False|> → >=|2 → 3"),
        ("@d(1)\nasync def f(*, a=2): return [b for b in await c if b]", "2 → 3|1 → 2"),
    ],
)  # fmt: skip
def test_each_literal_comparison_and_operator_is_changed_once(source: str, expected: str) -> None:
    assert "|".join(changes(source, VALUES)) == expected


@pytest.mark.skipif(PLACES_FIELDS, reason="from Python 3.12 on, the order is that of the tree")
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("f\"a{b + 1!r:>{w}}c{{d}}{x['k']:05.2f}{y=}\"",
         {"a → aX", "+ → -", "1 → 2", "c{{d}} → c{{d}}X", "'k' → 'kX'", "05 → 6", "2 → 3"}),
        ('f"{a if a != b else (lambda: 3)()}\\N{EM DASH}{d[\'}\']}"',
         {"!= → ==", "3 → 4", "\\N{EM DASH} → \\N{EM DASH}X", "'}' → '}X'"}),
        ('f"""a\n{b + 1}é{c < 2}"""', {"a\n → a\nX", "+ → -", "1 → 2", "é → éX", "< → <=", "2 → 3"}),
    ],
)  # fmt: skip
def test_an_f_string_is_changed_in_its_texts_its_fields_and_its_formats(
    source: str, expected: set[str]
) -> None:
    found = set(changes(source, VALUES))
    assert expected <= found
    assert all(change.endswith("→ X") for change in found - expected)


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("statement", "x = f()\ng(\n    1,\n)\ndel x\nraise y", "x = f() → pass|g(\n    1,\n) → pass\n\n|del x → pass|raise y → pass"),
        ("statement", "assert x\nimport y\nz: int\ndef f():\n    'doc'\n    ...", ""),
        ("return", "def f():\n    if a: return 1\n    if b: return None\n    return", "return 1 → return None"),
        ("loop", "for x in y:\n    if x: break\n    continue", "break → continue|continue → break"),
        ("condition", "if a: pass", "a → True|a → False"),
        ("condition", "while a(\n): pass", "a(\n) → (True\n)|a(\n) → (False\n)"),
        ("condition", "while True: pass", ""),
        ("condition", "x = a if b else c", "b → True|b → False"),
        ("condition", "x = [y for y in z if y]", "y → True|y → False"),
        ("condition", "if TYPE_CHECKING:\n    import x", ""),
        ("handler", "try: a\nexcept KeyError: b\nexcept: c", "KeyError → ()| →  ()"),
        ("decorator", "@a\n@b(1)\ndef f(): pass\n@override\ndef g(): pass", "@a → |@b(1) → "),
        ("with", "with lock:\n    x", "with lock → if True"),
        ("with", "with a, b as c, d:\n    x", "a, → |, d → "),
        ("with", "with a as b:\n    x", ""),
        ("keyword", "f(a, b=1, c=2)", "b=1, → |c=2 → "),
        ("default", "def f(a, b=1, c=2, *, d = 3): pass", "=1 → | = 3 → "),
        ("slice", "a[1:b]", "1 → |b → "),
    ],
)  # fmt: skip
def test_each_operator_changes_what_it_is_for(name: str, source: str, expected: str) -> None:
    assert "|".join(changes(source, {name})) == expected


def test_each_operator_has_a_case() -> None:
    assert {operator.name for operator in OPERATORS} == VALUES | {
        "statement", "return", "loop", "condition", "handler",
        "decorator", "with", "keyword", "default", "slice",
    }  # fmt: skip


def test_nothing_is_changed_that_may_do_harm() -> None:
    assert [edit.operator for edit in edits(b"os.kill(x, 9)\nshutil.rmtree('a')")] == [
        "statement",
        "statement",
    ]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("json", '{"a": 1, "b": [true, null], "c": "d"}',
         {'"a" → "aX"', "1 → 2", '1 → "1"', '"b" → "bX"', "true → false", 'true → "true"', "null → 1",
          "[true, null] → 1", '"c" → "cX"', '"d" → "dX"', '"d" → 1', '{"a": 1, "b": [true, null], "c": "d"} → 1'}),
        ("yaml", "services:\n  web:\n    ports: [80]\n",
         {"services → servicesX", "web → webX", "web:\n    ports: [80] → 1", "ports: [80] → 1", "ports → portsX", "[80] → 1",
          "80 → 81", '80 → "80"', "services:\n  web:\n    ports: [80] → 1"}),
        ("toml", '[a]\nb = 1\nc = "d"\ne = true\n',
         {"a → aX", "b → bX", "1 → 2", '1 → "1"', "c → cX", '"d" → "dX"', '"d" → 1', "e → eX",
          "true → false", 'true → "true"'}),
        ("caddyfile", ":80 {\n}\n", set()),
    ],
)  # fmt: skip
def test_data_is_changed_in_values_keys_and_types(
    language: str, text: str, expected: set[str]
) -> None:
    found = set()
    for change in data.changes(language, text):
        found.add(f"{text[change.start : change.stop].strip()} → {change.new.strip()}")
    assert found == expected
