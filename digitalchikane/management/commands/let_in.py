from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext, override

from digitalchikane import audit
from digitalchikane.accounts import sessions
from digitalchikane.accounts.urls import password_link_path


class Command(BaseCommand):
    help = (
        "For the last administrator, who has lost phone or password: removes the second step of somebody's login, ends "
        "all their logins, and prints the address at which they choose a new password."
    )

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *args, username, **options):
        user = get_user_model().objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user {username}.")
        Authenticator.objects.filter(user=user).delete()
        sessions.end_logins_of(user)
        with override("da"):
            audit.record(None, audit.Action.SECOND_FACTOR, user, gettext("Removed at the server: everything."))
        key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
        self.stdout.write(f"On your site: {password_link_path(key)}")
