"""The evaluation harness: gold records, metrics, reports, benchmarks; it calls the library and never codes itself."""
