"""How nbconvert treats a lab: run and drawn by tools/labs.py, in the template beside this file."""

from pathlib import Path

from tools.labs import Lab

c = get_config()  # type: ignore[name-defined]  # noqa: F821
c.HTMLExporter.default_preprocessors = [Lab]
c.HTMLExporter.template_paths = [str(Path(__file__).parent)]
c.KernelManager.transport = "ipc"
