"""Training: base weights, pairs, contrastive fine-tuning, the ranker, export. Needs the extra ``train``."""
