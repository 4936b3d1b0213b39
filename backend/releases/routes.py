"""Results and releases."""

page_routes: list[object] = []
