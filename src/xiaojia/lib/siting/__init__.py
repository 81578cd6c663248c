"""On what ground does `xiaojia plan` stand? The siting library's command with Chinese datums and the product's sheets."""

from xiaojia.lib.siting.china import China

__all__ = ["China"]
