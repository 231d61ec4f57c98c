from django import forms

from digitalchikane.publishing.problems import half_named
from digitalchikane.publishing.texts import texts
from digitalchikane.richtext import fact_keys

from ..factbook import FactBook


class NamingFacts(forms.ModelForm):
    """A row whose texts name facts. Readers get them at once, so a key that is not whole or not known is refused."""

    def _post_clean(self):
        super()._post_clean()
        changed, book = texts(self.instance).keys() & set(self.changed_data), FactBook()
        for name, message in half_named(self.instance):
            if name in changed:
                self.add_error(name, message)
        for name in changed:
            for reason in filter(None, map(book.why_unusable, sorted(fact_keys(getattr(self.instance, name))))):
                self.add_error(name, reason)
