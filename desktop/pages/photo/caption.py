"""The photo's caption: read, and written in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop import navigation, words
from desktop.context import Context
from desktop.decisions import captions
from desktop.pages.photo.caption_editor import CaptionEditor
from desktop.pages.photo.caption_text import CaptionText
from desktop.pages.photo.facts import Facts, Words
from desktop.pages.photo.models import writer
from desktop.pages.photo.section import Section, in_a_row
from desktop.widgets import Button, Label
from desktop.widgets.button import LINK
from engine.library.templates import concepts_in, render

_DOT = " ·"


class CaptionSection(Section):
    """Shows a caption and who wrote it; or a line to write another into."""

    chosen = Signal(int)
    """The concept whose name was clicked."""
    left = Signal()
    """The keyboard is free again: writing has ended."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(words.tr("CAPTION"), parent)
        self._context = context
        self._facts: Facts | None = None
        self._unkept: dict[int, tuple[str, str]] = {}
        """By photo: what was typed and could not be written, and the sentence that says why."""
        self.text = CaptionText(self)
        self.text.chosen.connect(self.chosen)
        self.none = Label("", "quiet", self, wrap=True)
        self.editor = CaptionEditor(self)
        self.editor.saved.connect(self._save)
        self.editor.cancelled.connect(self.cancel)
        self.editor.hide()
        self._by = Label("", "small", self)
        self.edit_button = Button("", self.edit, LINK, self)
        self.revert_button = Button(self.tr("Go back to Familiar's"), self.revert, LINK, self)
        self.revert_button.setAccessibleName(self.tr("Go back to Familiar's caption"))
        self._say = Label("", "small", self, wrap=True)
        for button in (self.edit_button, self.revert_button):
            button.setProperty("tone", "quiet")
        self._dot = Label("·", "small", self)
        self._line = QWidget(self)
        self._line.setLayout(in_a_row(self._by, self.edit_button, self._dot, self.revert_button))
        for widget in (self.text, self.none, self.editor, self._say, self._line):
            self.body.addWidget(widget)
        self._say.hide()

    @property
    def editing(self) -> bool:
        """Whether a caption is being written."""
        return not self.editor.isHidden()

    @property
    def stops(self) -> list[QWidget]:
        """What Tab goes through, in order."""
        return [*self.text.chips, self.editor, self.edit_button, self.revert_button]

    @property
    def said_by(self) -> str:
        """Who is said to have written the caption."""
        return "" if self._by.isHidden() else self._by.text().removesuffix(_DOT)

    @property
    def told(self) -> str:
        """The sentence below what is being written."""
        return "" if self._say.isHidden() else self._say.text()

    def show_facts(self, facts: Facts | None) -> None:
        """Show a photo's caption. What is being written for the same photo stays."""
        if self.editing and (facts is None or self._of(facts) != self._of(self._facts)):
            self._close()
        self._facts = facts
        if self.editing:
            return
        self._show()
        self._offer_again()

    def edit(self) -> None:
        """Write another caption, from the one that is there."""
        facts = self._facts
        if facts is not None and not self.editing:
            text = facts.caption.text if facts.caption is not None else ""
            self._write(facts, text, self.tr("Enter saves, Escape cancels"))

    def finish(self) -> None:
        """Keep what was written: another photo comes, and nothing that was typed is lost."""
        facts = self._facts
        if facts is None or not self.editing:
            return
        template, typed = self.editor.template, self.editor.toPlainText()
        self._close()
        self._facts = None  # what goes wrong now is said elsewhere
        if template and self._differs(facts, template):
            self._keep(facts, template, typed)

    def cancel(self) -> None:
        """Stop writing, and show the caption that is there."""
        self._close()
        self._show()
        self.left.emit()

    def revert(self) -> None:
        """Familiar's caption again, in place of the owner's."""
        if self._facts is not None:
            self._context.history.decide(captions.revert(self._facts.photo_id))
            self.left.emit()

    def _write(self, facts: Facts, text: str, hint: str, *, changed: bool = False) -> None:
        self.text.hide()
        self.none.hide()
        self._line.hide()
        self._tell(hint)
        self.editor.show()
        self.editor.edit(text, self._names(facts), changed=changed)

    def _offer_again(self) -> None:
        """What was typed for this photo and could not be written is there to be saved again."""
        facts = self._facts
        if facts is not None and facts.photo_id in self._unkept:
            text, sentence = self._unkept.pop(facts.photo_id)
            self._write(facts, text, sentence, changed=True)

    def _save(self, template: str) -> None:
        facts = self._facts
        if facts is None:
            return
        if not template:
            self._tell(self.tr("A caption needs a word at least."))
            return
        if self._differs(facts, template):
            # What was written stays in sight until it is kept.
            self._keep(facts, template, self.editor.toPlainText())
        else:
            self.cancel()

    def _differs(self, facts: Facts, template: str) -> bool:
        there = facts.caption is not None and facts.caption.template == template
        return self.editor.changed and not there

    def _keep(self, facts: Facts, template: str, typed: str) -> None:
        text = render(template, facts.names)
        written = replace(facts, caption=Words(template, text, None, False))
        self._context.history.decide(
            captions.write(facts.photo_id, template),
            lambda: self._saved(written),
            lambda sentence: self._fail(facts.photo_id, typed, sentence),
        )

    def _saved(self, facts: Facts) -> None:
        if self.editing and self._of(self._facts) == facts.photo_id:
            self._facts = facts
            self.cancel()

    def _fail(self, photo_id: int, typed: str, sentence: str) -> None:
        here = self._of(self._facts) == photo_id
        if here and self.editing:
            self._tell(sentence)
            return
        self._unkept[photo_id] = typed, sentence
        if here:
            self._offer_again()
            return
        go = self._context.navigation.go
        self._context.notices.say(
            sentence, self.tr("Back to it"), lambda: go(navigation.PHOTO, photo_id=photo_id)
        )

    def _close(self) -> None:
        self.editor.hide()
        self._say.hide()

    def _tell(self, text: str) -> None:
        self._say.setText(text)
        self._say.setVisible(bool(text))

    def _show(self) -> None:
        facts = self._facts
        caption = None if facts is None else facts.caption
        self.text.setVisible(caption is not None)
        self.none.setVisible(facts is not None and caption is None)
        self._line.setVisible(facts is not None)
        self.edit_button.setText(self.tr("Edit") if caption is not None else self.tr("Write one"))
        self.edit_button.setAccessibleName(self.tr("Edit the caption"))
        for widget in (self._dot, self.revert_button):
            widget.setVisible(caption is not None and caption.edited)
        self._by.setVisible(caption is not None)
        unread = facts is not None and facts.info is None and bool(facts.problems)
        self.none.setText(
            self.tr("Familiar cannot read this photo, and so has no caption for it.")
            if unread
            else self.tr("No caption yet. Familiar writes one once it has looked at this photo.")
        )
        if facts is None or caption is None:
            return
        self.text.show_template(caption.template, facts.names, facts.known)
        if caption.model is None:
            by = self.tr("Written by you")
        elif caption.stale:
            by = self.tr("About to be written again")
        else:
            by = self.tr("Written by {}").format(writer(caption.model))
        self._by.setText(f"{by}{_DOT}")

    def _names(self, facts: Facts) -> Mapping[int, str]:
        """What is a name in this caption: those of everyone known, and what stands in it for
        someone who was removed."""
        kept = concepts_in(facts.caption.template) if facts.caption is not None else []
        gone = {one: facts.names[one] for one in kept if one in facts.names}
        return {**{one: name for one, name in gone.items() if _is_new(name, facts)}, **facts.known}

    def _of(self, facts: Facts | None) -> int | None:
        return None if facts is None else facts.photo_id


def _is_new(name: str, facts: Facts) -> bool:
    return name not in facts.known.values()
