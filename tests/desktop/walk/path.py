"""The main path, in order."""

from __future__ import annotations

from tests.desktop.walk import arriving, correcting, finding, keeping, teaching

PATH = (
    arriving.Welcome(),
    arriving.ChooseFolder(),
    arriving.Start(),
    teaching.ChoosePhotos(),
    teaching.AskWho(),
    teaching.Teach(),
    teaching.SeeNames(),
    keeping.KeepInAlbum(),
    finding.Search(),
    finding.Open(),
    correcting.Ask(),
    correcting.SayNo(),
    correcting.Tag(),
    correcting.UndoTag(),
    correcting.UndoNo(),
    correcting.EditCaption(),
    correcting.UndoCaption(),
    correcting.GoBack(),
)
