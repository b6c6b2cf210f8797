"""Whether webhooks can work: an address to listen on, and a secret for each."""

from agents.core.errors import Misconfigured
from agents.core.policy import Policy
from bot.doctor.finding import Finding, note, ok, problem
from bot.settings import Settings, secret


def check_webhooks(settings: Settings, policy: Policy) -> list[Finding]:
    """Nothing where no webhook is named."""
    if not policy.webhooks:
        return []
    found = []
    if settings.calmops_webhooks is None:
        names = ", ".join(policy.webhooks)
        found.append(
            note("webhooks", f"Nothing is listened on for {names}.", "Set CALMOPS_WEBHOOKS, such as 127.0.0.1:8790.")
        )
    for name, rules in policy.webhooks.items():
        for reference in rules.secret:
            try:
                secret(reference)
            except Misconfigured as error:
                found.append(
                    problem("webhooks", f"{name}: {error}", "Until then its deliveries are answered with 503.")
                )
    return found or [ok("webhooks", f"{len(policy.webhooks)} webhooks, taken on {settings.calmops_webhooks}.")]
