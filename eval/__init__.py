"""The evaluation harness: gold records, metrics, reports, benchmarks. It calls the library and holds no coding logic."""
