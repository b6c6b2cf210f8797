"""The rules of Calmops: values and decisions, with no I/O at all.

Everything here imports the standard library and pydantic, nothing else; an import contract in CI holds that.
"""
