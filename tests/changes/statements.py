"""Random statements about the mall's orders, sane ones and broken ones."""

from __future__ import annotations

import re

COLUMNS = ("id", "shop", "code", "status", "points", "paid", "card_id")
TEXTS = ("'A'", "'failed'", "'it''s'", "'中文 😀'", "''", "'a%'", "'1'")
NUMBERS = ("0", "1", "2", "3", "4", "-5", "99", "1.5")
# What a forger would try to slip in.
NASTY = (
    "OR", "AND", "NOT", "(", ")", ",", ";", "--", "/*", "*/", "'", '"', "`", "=", "<>", "!=", "-",
    "+", "||", "::text", "NULL", "TRUE", "IS", "IN", "LIKE", "BETWEEN", "SELECT 1", "now()", "*",
    "orders", "mall.", "cards", "E'\\''", "$1", "1=1", "OR 1=1", "id", "RETURNING id", "WHERE",
    "SET", "ONLY", "AS o", "USING cards", "FROM cards", "LIMIT 1", "COALESCE(id, 1)", ".5", "1e1",
    "DIV", "%", "@", "#", "/*! */", "''", "CASE", "CAST(1 AS int)", "(1, 2)", "(shop, code)",
)  # fmt: skip
PIECES = re.compile(r"'(?:[^']|'')*'|\w+|\s+|.", re.DOTALL)


class Author:
    """Writes statements with a given source of chance."""

    def __init__(self, chance):
        self.chance = chance

    def statement(self):
        """Half of them as people write them, half damaged."""
        text = self.chance.choice([self.update, self.update, self.delete])()
        for _time in range(self.chance.choice([0, 0, 0, 1, 1, 2, 4])):
            text = self.damaged(text)
        return text

    def update(self):
        count = self.chance.choice([1, 1, 2])
        names = self.chance.sample(["status", "points", "paid", "shop", "code"], count)
        sets = ", ".join(f"{name} = {self.new(name)}" for name in names)
        return f"UPDATE {self.table()} SET {sets} WHERE {self.where()}"

    def delete(self):
        return f"DELETE FROM {self.table()} WHERE {self.where()}"

    def table(self):
        return self.chance.choice(["orders", "mall.orders", '"mall"."orders"', "ORDERS"])

    def new(self, name):
        if name in {"status", "code"}:
            return self.chance.choice([*TEXTS, "status || 'x'", "upper(code)", "lower('ÄB')"])
        if name == "paid":
            return self.chance.choice(["TRUE", "FALSE"])
        return self.chance.choice([*NUMBERS[:6], "points + 1", "shop*2-1", "coalesce(points, 7)"])

    def where(self):
        tests = [self.pin(), *(self.test() for _time in range(self.chance.randrange(3)))]
        self.chance.shuffle(tests)
        found = tests[0]
        for test in tests[1:]:
            word = self.chance.choice(["AND", "AND", "AND", "OR", "AND NOT"])
            if self.chance.random() < 0.3:
                found = f"({found})"
            found = f"{found} {word} {test}"
        return found

    def pin(self):
        number = self.chance.choice(NUMBERS)
        pair = f"({self.chance.choice('12')}, {self.chance.choice(TEXTS[:3])})"
        return self.chance.choice([
            f"id = {number}", f"{number}=id", f"id IN ({number}, 2)", f"orders.id = {number}",
            f'("id") = ({number})', f"(shop, code) = {pair}", f"id > {number}",
            "(code, shop) IN (('A', 1), ('B', 2))", f"(shop, code) IN ({pair}, {pair})",
            "shop = 1 AND code IN ('A', 'B')",
        ])  # fmt: skip

    def test(self):
        number, text = self.chance.choice(NUMBERS), self.chance.choice(TEXTS)
        return self.chance.choice([
            f"points > {number}", "points IS NULL", "points IS NOT NULL", f"status <> {text}",
            f"status LIKE {text}", f"points BETWEEN -10 AND {number}", "paid = FALSE",
            f"points + shop*2 - 1 >= {number}", f"(status = {text} OR shop IN (1, {number}))",
            f"NOT points = {number}", f"status NOT IN ({text}, 'new')", f"card_id != {number}",
            f"NOT (shop = 1 AND points = {number})", f"points NOT BETWEEN {number} AND 100",
        ])  # fmt: skip

    def damaged(self, text):
        pieces = PIECES.findall(text)
        place = self.chance.randrange(len(pieces))
        other = self.chance.randrange(len(pieces))
        match self.chance.randrange(6):
            case 0:
                del pieces[place]
            case 1:
                pieces.insert(place, pieces[other])
            case 2:
                pieces[place], pieces[other] = pieces[other], pieces[place]
            case 3:
                pieces[place] = self.chance.choice(NASTY)
            case 4:
                pieces.insert(place, f" {self.chance.choice(NASTY)} ")
            case 5:
                pieces[place] = self.chance.choice([*NUMBERS, *TEXTS, *COLUMNS])
        return "".join(pieces)
