import re

from focuspuller.core import errors
from focuspuller.core.errors import FocuspullerError


def tree(root: type[FocuspullerError]) -> list[type[FocuspullerError]]:
    return [root, *(leaf for child in root.__subclasses__() for leaf in tree(child))]


def test_every_failure_has_its_own_exit_code() -> None:
    codes = [error.exit_code for error in tree(FocuspullerError)]
    assert len(codes) == len(set(codes))
    assert all(0 < code < 256 for code in codes)


def test_the_drawn_tree_is_the_tree() -> None:
    drawn = re.findall(r"(\w+) {2,}(\d+)", errors.__doc__ or "")
    assert {(name, int(code)) for name, code in drawn} == {(e.__name__, e.exit_code) for e in tree(FocuspullerError)}
