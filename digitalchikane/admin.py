from django.contrib import admin

from .accounts import admin as accounts
from .audit import admin as audit
from .models import OldAddress

__all__ = ["accounts", "audit"]


@admin.register(OldAddress)
class OldAddressAdmin(admin.ModelAdmin):
    list_display = ["old_path", "new_path"]
    search_fields = ["old_path", "new_path"]
