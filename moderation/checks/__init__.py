"""The checks, one module each, behind the Protocol of :mod:`moderation.checks.contract`.

The modules that look at pictures import numeric libraries; only the screening task imports them.
"""
