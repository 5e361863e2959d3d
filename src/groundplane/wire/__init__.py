"""Scale's HTTP dialect, said once: routing, keys, bodies, errors, paging, ids and times.

A feature writes its routes with `wire.routing`; `wire.app_parts.build_app` puts them together.
"""
