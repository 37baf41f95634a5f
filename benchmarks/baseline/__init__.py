"""The same rows by direct SQL: what the pipeline is measured against."""
