"""Which counting rule is in force? The stored versions, read as values."""

from datetime import date

from xiaojia.domains.visits.models import CountingRule
from xiaojia.domains.visits.rules.counting import Rule, rule_on


def all_rules() -> list[Rule]:
    """Return every version of the counting rule. One query."""
    return [
        Rule(
            row.name,
            row.effective_on,
            frozenset(source for source, counted in row.sources.items() if counted),
            row.group_cap,
            row.keeper_cap_day,
            row.note,
        )
        for row in CountingRule.objects.all()
    ]


def current_rule(day: date) -> Rule:
    """Return the version in force on a day."""
    return rule_on(day, all_rules())
