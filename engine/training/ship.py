"""Puts trained weights into resources/starter/ as half-precision safetensors with their sizes.

python -m engine.training.ship --from FOLDER
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file

from engine.models.captioner import Captioner, CaptionerConfig
from engine.models.connector import Connector, ConnectorConfig
from engine.models.vocabulary import Vocabulary
from engine.models.weights import write_sums
from engine.resources import resource


def ship(source: Path, target: Path) -> None:
    """Writes connector.safetensors, captioner.safetensors, vocabulary.json and their checksums."""
    vocabulary = Vocabulary.load(source / "vocabulary.json")
    captioner = Captioner(CaptionerConfig(words=len(vocabulary), nouns=len(vocabulary.nouns)))
    connector = Connector(ConnectorConfig())
    for name, model in (("captioner", captioner), ("connector", connector)):
        model.load_state_dict(torch.load(source / f"{name}.pt", weights_only=True))
        tensors = {key: value.half().contiguous() for key, value in model.state_dict().items()}
        tensors.pop("writer.lm_head.weight", None)  # tied to the word embeddings
        save_file(tensors, target / f"{name}.safetensors", metadata=model.metadata())
    shutil.copy(source / "vocabulary.json", target / "vocabulary.json")
    write_sums(target)
    for path in sorted(target.iterdir()):
        print(f"{path.stat().st_size / 1e6:6.2f} MB  {path.name}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--from", dest="source", type=Path, required=True)
    ship(parser.parse_args().source, Path(resource("starter")))


if __name__ == "__main__":
    main()
