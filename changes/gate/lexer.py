"""The text of a statement, cut into words by rules stricter than any server's.

Whatever two programs could read differently is refused here, before anything parses it: comments,
prefixes and escapes of texts, dollar quotes, parameters, glued operators, blanks that are letters
to the server.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from changes.gate.refusal import Refused
from changes.gate.words import GRAMMAR
from changes.targets.catalogue import Dialect

Kind = Literal["word", "name", "text", "number", "sign"]
LIMIT, TOKENS, DEPTH = 50_000, 8_000, 24

BLANK = re.compile(r"[ \t\r\n]+")
WORD = re.compile(r"[^\W\d]\w*")
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
PUNCTUATION = "(),.;"
OPERATORS = re.compile(r"[-+*/<>=!|~@#%^&?:$\[\]{}\\]+")
SIGNS = frozenset({"=", "<>", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "||"})
# The server, too, takes the minus off these; off others it makes one operator of both.
BEFORE_MINUS = frozenset({"=", "<>", "<", "<=", ">", ">=", "+", "*", "/"})
PLACEHOLDER = frozenset("?:$@")


@dataclass(frozen=True)
class Token:
    """`value` of texts and quoted names is what they mean, without quotation marks."""

    kind: Kind
    value: str


def tokens(sql: str, dialect: Dialect) -> list[Token]:
    """Raises Refused."""
    _readable(sql)
    found = _Scanner(sql, dialect).scan()
    if found and found[-1] == Token("sign", ";"):
        found.pop()
    if not found:
        raise Refused("empty")
    if Token("sign", ";") in found:
        raise Refused("several")
    _simple(found)
    return found


def _readable(sql: str) -> None:
    if len(sql) > LIMIT:
        raise Refused("too_long", limit=LIMIT)
    for letter in sql:
        code = ord(letter)
        # Controls, lone surrogates, and marks that reorder or hide what people read.
        if (
            (code < 32 and letter not in "\t\r\n")
            or 0x7F <= code < 0xA0
            or 0xD800 <= code < 0xE000
            or 0x200B <= code <= 0x200F
            or 0x2028 <= code <= 0x202E
            or 0x2060 <= code <= 0x206F
            or code == 0xFEFF
        ):
            raise Refused("unreadable", what=f"U+{code:04X}")


def _simple(found: list[Token]) -> None:
    if len(found) > TOKENS:
        raise Refused("too_complex")
    depth = 0
    for before, token, after in zip([None, *found[:-1]], found, [*found[1:], None], strict=True):
        depth += (token == Token("sign", "(")) - (token == Token("sign", ")"))
        if depth > DEPTH:
            raise Refused("too_complex")
        if depth < 0 or (
            token == Token("sign", ".") and not (_is_name(before) and _is_name(after))
        ):
            raise Refused("syntax")
        if after and token.kind == after.kind == "text":
            raise Refused("adjacent_texts")
    if depth:
        raise Refused("syntax")


def _is_name(token: Token | None) -> bool:
    if token is None or token.kind not in {"word", "name"}:
        return False
    return token.kind == "name" or token.value.lower() not in GRAMMAR


class _Scanner:
    def __init__(self, sql: str, dialect: Dialect) -> None:
        self.sql = sql
        self.mysql = dialect is Dialect.MYSQL
        self.at = 0

    def scan(self) -> list[Token]:
        found: list[Token] = []
        while self.at < len(self.sql):
            if blank := BLANK.match(self.sql, self.at):
                self.at = blank.end()
                continue
            found.extend(self._next())
        return found

    def _next(self) -> list[Token]:
        letter = self.sql[self.at]
        if letter in PUNCTUATION:
            self.at += 1
            return [Token("sign", letter)]
        if letter in "'\"`":
            return [self._quoted(letter)]
        if word := WORD.match(self.sql, self.at):
            return [self._word(word)]
        if number := NUMBER.match(self.sql, self.at):
            return [self._number(number)]
        if operator := OPERATORS.match(self.sql, self.at):
            return self._operator(operator)
        raise Refused("unreadable", what=f"U+{ord(letter):04X}")

    def _word(self, word: re.Match[str]) -> Token:
        self.at = word.end()
        if self.sql[self.at : self.at + 1] in {"'", '"', "`"}:
            raise Refused("text_prefix")
        if self.sql[self.at : self.at + 2] in {"&'", '&"'}:
            raise Refused("text_prefix")
        return Token("word", word[0])

    def _number(self, number: re.Match[str]) -> Token:
        self.at = number.end()
        # 0x1F, 1e9, 1_000, 12abc, 1.: servers and versions read them differently.
        if re.compile(r"[\w.$]").match(self.sql, self.at):
            raise Refused("number", what=f"{number[0]}{self.sql[self.at]}…")
        return Token("number", number[0])

    def _operator(self, operator: re.Match[str]) -> list[Token]:
        signs = operator[0]
        self.at = operator.end()
        if "--" in signs or "/*" in signs or "*/" in signs or (self.mysql and "#" in signs):
            raise Refused("comment")
        if "::" in signs:
            raise Refused("cast")
        if PLACEHOLDER & set(signs):
            raise Refused("placeholder", what=signs)
        if signs in SIGNS and not (self.mysql and signs == "||"):
            return [Token("sign", signs)]
        if signs.endswith("-") and signs[:-1] in BEFORE_MINUS:
            return [Token("sign", signs[:-1]), Token("sign", "-")]
        raise Refused("operator", what=signs)

    def _quoted(self, mark: str) -> Token:
        if mark == ("`" if not self.mysql else '"'):
            raise Refused("double_quotes") if self.mysql else Refused("unreadable", what=mark)
        value, start = "", self.at + 1
        while True:
            end = self.sql.find(mark, start)
            if end < 0:
                raise Refused("unfinished_text")
            value += self.sql[start:end]
            if self.sql[end + 1 : end + 2] != mark:
                break
            # A doubled mark is one of the text's own.
            value, start = value + mark, end + 2
        self.at = end + 1
        if self.mysql and "\\" in value:
            raise Refused("backslash")
        return Token("text" if mark == "'" else "name", value)
