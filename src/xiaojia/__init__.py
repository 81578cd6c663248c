"""What is Xiaojia? The open platform on which a Chinese trade union runs its little homes (小家) and the work around them."""

__version__ = "0.1.0"
