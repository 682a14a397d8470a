"""What all views of the REST API share: errors, parsing, authentication, limits, pages, schema."""
