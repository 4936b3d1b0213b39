"""The schema's history, applied in order by `delaktig migrate`. Additive steps only; see CONTRIBUTING."""
