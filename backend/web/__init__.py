"""HTTP plumbing only: middleware, templating, languages, problems, assets, request bodies. No feature lives here."""
