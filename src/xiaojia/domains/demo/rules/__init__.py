"""What is invented for the demo city? Its stations, hosts, rhythm of the day, and sign-ins."""

from xiaojia.domains.demo.rules.people import SIGN_INS

__all__ = ["SIGN_INS"]
