"""The desk's pages for surveys and waves."""

page_routes: list[object] = []
