"""Large vision-language models joined by concept embeddings (MyVLM, section 4), frozen.

`specs` says which models there are and imports nothing heavy; `loading.load` opens one of them.
"""
