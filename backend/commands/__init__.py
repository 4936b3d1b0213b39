"""The commands of `delaktig`, a module a subject. Each adds its parsers and calls the same services as the pages."""
