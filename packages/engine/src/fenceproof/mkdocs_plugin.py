"""The plugin of MkDocs: `plugins: [search, fenceproof]` has each page say what its fences are."""

from __future__ import annotations

from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files

from fenceproof.superfences import STYLE, register

PLACE = f"assets/{STYLE.name}"


class NoOptions(Config):  # type: ignore[no-untyped-call]
    """The plugin has no options."""


class FenceproofPlugin(BasePlugin[NoOptions]):  # type: ignore[no-untyped-call]
    """Registers the custom fence, and adds the style sheet to the site."""

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Have superfences ask us, and pages link the style sheet before those of the site."""
        register(config.markdown_extensions, config.mdx_configs)
        if PLACE not in config.extra_css:
            config.extra_css.insert(0, PLACE)
        return config

    def on_files(self, files: Files, /, *, config: MkDocsConfig) -> Files:
        """Have the style sheet among the files of the site, if it has none of that name."""
        if files.get_file_from_path(PLACE) is None:
            files.append(File.generated(config, PLACE, abs_src_path=str(STYLE)))
        return files
