"""The editor of the pages' blocks, bundled from npm into docs/assets/editor/.

    python -m tools.editor

Every package is pinned by version and hash. The bundle is named by its content;
`index.js` beside it is the name that does not change.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.fetch import npm_package

HERE = Path(__file__).parent
OUTPUT = HERE.parent / "docs" / "assets" / "editor"
BUNDLER = "esbuild-wasm"
PACKAGES = {
    "@codemirror/autocomplete": (
        "6.20.4",
        "yF8RhOf2SXlg00+qtupzLhrglcas61boqaONiNcbPIebHCpJocpqTBA6dyrtUrQO47hqyTdeob/3XnYilT7TaQ==",
    ),
    "@codemirror/commands": (
        "6.11.1",
        "O/4hG3SC1YwcmQ0d2UVNDs+AsaNWd1iHVxbTeEBuqH+6bExAiPK3iS/BvpY6rZGURALv4ZD3sIgcCmRvw3ehBg==",
    ),
    "@codemirror/lang-python": (
        "6.2.1",
        "IRjC8RUBhn9mGR9ywecNhB51yePWCGgvHfY1lWN/Mrp3cKuHr0isDKia+9HnvhiWNnMpbGhWrkhuWOc09exRyw==",
    ),
    "@codemirror/language": (
        "6.13.1",
        "zfvU2r3TyylQLMj/te+5CnQ0rSqZi8B1oTCBbQkagcLW4Xc6imab6qN+pEJhsuNOLaJqiRyBXp9UhWA1DhVvDw==",
    ),
    "@codemirror/state": (
        "6.7.6",
        "kAz+AncRtKuIknedxT1bq4XwXv4UowhbkHU1myPrtVb/jZtImWuV5BXzv5vK6i3kYACsdiZiQKFQQ5Mq7elW8w==",
    ),
    "@codemirror/streamparser": (
        "6.0.0",
        "JTFPF6xrfjt0mnfGPgzcLiMwYmvIyNaoizp8BYzv8FE8KrT6GBGDZ190rtt+O7Wke3gG/MFHyiY9YGNeimof4w==",
    ),
    "@codemirror/view": (
        "6.43.15",
        "HHsfpqFeHyXLs983pSRe38Xajs0vFWZQ2BuX0m7Ki8w3jZ5iD8cuR3lBz2/5/X53Dhf32SBHKh6rtSTB6tKeGw==",
    ),
    "@lezer/common": (
        "1.5.5",
        "Pw7PVCndruF1pb3ebCxpSVpkMHSDjwRCLcTRw+RizUKco5QbWylwq2g4lnG/RYN7yTTQDXE9F77MwtkAyphrjg==",
    ),
    "@lezer/highlight": (
        "1.2.5",
        "O1GMVKgtf5YspFaRzpmqkVgMtIk2HG9uMAbH6wdAIdNh3TVzCsch/+cRi+6l2//UGDKe6NB9BW3cvuR5ezMQ0w==",
    ),
    "@lezer/lr": ("1.4.12", "On9HU4oMMiHPMkQDgoTnGahjgG5n/MkN38CgG77sMraKLL+3JBbeQNi1FcCXV9QRqwF9/BUXP3caHyJC1fBOTQ=="),
    "@lezer/python": (
        "1.1.19",
        "MhQIURHRytsNzP/YXnqpYKW6la6voAH3kyplTOOiCdjyFY6cWWGFVmYVdHIPrElqSDf4iCDktQCockB9FxuhzQ==",
    ),
    "@marijn/find-cluster-break": (
        "1.0.4",
        "Wy0V7+SGUjnF9/TkiM1hKVDPj7jKXduPNboMVtHTA8dySMURWqfg/JZ9E2Sq8JgSJmkl7k7Qe9FLeMSrSraWmQ==",
    ),
    "crelt": ("1.0.7", "aK6BbWfhf4U/wCcLHKPJl/xa6VkVstRaPywWtMKGwuOLc/wZTyQYuoxgvZnNsBvv7Kg3YTBQYYBCggcviQczuA=="),
    "esbuild-wasm": (
        "0.28.2",
        "GccVwhv3mmOUVQHCQm2Ox/rby8n/EqUwvZxE6Pjfikrq/lWw9g9WX/u9EykWnpot3Ko6j426DgQdea2xWKIAQA==",
    ),
    "style-mod": ("4.1.5", "WQ2llCZa9sZSkJA+aOwpg5DkfbAXFKGh//t3MRTBeruFiSBC+GXUmbBzrw3bXyboCWAbtCW9InDfBsXrRD/rAg=="),
    "w3c-keyname": (
        "2.2.8",
        "dpojBhNsCNN7T82Tm7k26A6G9ML3NkhDsnw9n/eoxSRlVBB4CEtIQ/KTCLI2Fwf3ataSXRhYFkQi3SlnFwPvPQ==",
    ),
}


def bundle() -> bytes:
    """The editor and all it needs as one module, with the licences of its parts at the end."""
    with ThreadPoolExecutor(4) as pool:
        pinned = [(name, version, f"sha512-{digest}") for name, (version, digest) in PACKAGES.items()]
        homes = dict(zip(PACKAGES, pool.map(lambda pin: npm_package(*pin), pinned), strict=True))
    with tempfile.TemporaryDirectory() as work:
        for name, home in homes.items():
            link = Path(work, "node_modules", name)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(home, target_is_directory=True)
        shutil.copy(HERE / "editor.mjs", work)
        node = str(Path(sys.executable).parent / "node")
        command = [node, str(homes[BUNDLER] / "bin" / "esbuild"), "editor.mjs", "--bundle", "--minify"]
        command += ["--format=esm", "--target=es2022", "--preserve-symlinks", "--outfile=editor.js"]
        run = subprocess.run(command, cwd=work, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if run.returncode:
            raise RuntimeError(f"the editor cannot be bundled:\n{run.stdout}")
        code = Path(work, "editor.js").read_bytes()
    terms = [
        f"{name} {PACKAGES[name][0]}\n{(home / 'LICENSE').read_text('utf-8')}"
        for name, home in homes.items()
        if name != BUNDLER
    ]
    return code + "\n/*\n{}*/\n".format("\n".join(terms)).encode()


def recipe() -> str:
    """What the bundle is made from, as a hash."""
    made_from = (Path(__file__).read_bytes(), (HERE / "editor.mjs").read_bytes())
    return hashlib.sha256(b"\0".join(made_from)).hexdigest()


def main() -> int:
    stamp = OUTPUT / ".recipe"
    if stamp.is_file() and stamp.read_text() == recipe():
        return 0
    code = bundle()
    name = f"editor.{hashlib.sha256(code).hexdigest()[:16]}.js"
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir(parents=True)
    (OUTPUT / name).write_bytes(code)
    (OUTPUT / "index.js").write_text(f'export * from "./{name}";\n', "utf-8")
    stamp.write_text(recipe())
    return 0


if __name__ == "__main__":
    sys.exit(main())
