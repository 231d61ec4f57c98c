"""The whole public site as files: what readers get, asked for once and written down, for a web server or an object
store that serves it without us.

What computes (forms, search) needs the site itself. In the copy a notice stands in its place, and never a form that
nobody answers. `docs/eksport.md` tells how it is served.
"""
