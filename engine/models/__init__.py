"""Frozen backbones behind small protocols, and the packs they come in."""

from engine.models import builds

builds.prepare()
