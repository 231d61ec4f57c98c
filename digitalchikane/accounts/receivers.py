"""What follows from logging in, from a second factor, and from an update of the database."""

from allauth.mfa.signals import authenticator_added, authenticator_used
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate

from . import roles, sessions


def connect(site):
    user_logged_in.connect(sessions.begin, dispatch_uid="accounts: login")
    authenticator_used.connect(sessions.factor_used, dispatch_uid="accounts: factor used")
    authenticator_added.connect(sessions.factor_added, dispatch_uid="accounts: factor added")
    post_migrate.connect(roles.make_roles, sender=site, dispatch_uid="accounts: roles")
