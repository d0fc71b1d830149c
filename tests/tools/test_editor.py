"""The editor's bundle: the same bytes from the same pins, named by them, with the licences of its parts."""

import hashlib

from tools import editor


def test_the_bundle_is_reproducible_and_named_by_its_content() -> None:
    assert editor.main() == 0
    (built,) = editor.OUTPUT.glob("editor.*.js")
    code = built.read_bytes()
    assert editor.bundle() == code
    assert built.name == f"editor.{hashlib.sha256(code).hexdigest()[:16]}.js"
    assert (editor.OUTPUT / "index.js").read_text("utf-8") == f'export * from "./{built.name}";\n'
    text = code.decode()
    assert all(
        f"{name} {version}\n" in text for name, (version, _) in editor.PACKAGES.items() if name != editor.BUNDLER
    )
    assert text.count("Permission is hereby granted") >= len(editor.PACKAGES) - 1
