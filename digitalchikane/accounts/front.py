"""The front page of an editor's own account."""

from allauth.mfa.base.views import IndexView

from .. import audit
from . import sessions


class AccountView(IndexView):
    """Who is logged in, how, and where else."""

    def get_context_data(self, **kwargs):
        user = self.request.user
        others = [each for each in sessions.logins_of(user) if each.session_key != self.request.session.session_key]
        return super().get_context_data(**kwargs) | {
            "roles": user.groups.order_by("name"),
            "other_logins": len(others),
            "log_lines": audit.logins_of(user)[:5],
        }


account = AccountView.as_view()
