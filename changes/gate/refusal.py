"""Why a statement is refused, and what to do instead."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from journal.errors import Invalid

SENTENCES = {
    # The text
    "empty": _("There is no statement: write one UPDATE, DELETE or INSERT."),
    "too_long": _(
        "The statement is too long: at most %(limit)s characters. Split the change into "
        "several requests."
    ),
    "too_complex": _("The statement is nested too deeply to be judged. Write it more simply."),
    "unreadable": _(
        "The statement contains a character that no statement needs (%(what)s). Type it anew "
        "instead of pasting it."
    ),
    "comment": _(
        "Comments are not allowed: some databases execute what is inside. Write remarks into the "
        "form."
    ),
    "several": _("Only one statement per request. Make one request for each statement."),
    "unfinished_text": _("A text or a quoted name is not closed: a quotation mark is missing."),
    "text_prefix": _(
        "Texts with a prefix such as E'…', B'…' or X'…' are not allowed. Write the text as it "
        "is, between simple quotation marks."
    ),
    "backslash": _(
        "A backslash in a text means different things on different MySQL servers. Write the text "
        "without it."
    ),
    "double_quotes": _(
        "Double quotation marks mean a text on some MySQL servers and a name on others. Use '…' "
        "for texts and `…` for names."
    ),
    "adjacent_texts": _("Two texts stand side by side. Write them as one, or put a comma between."),
    "operator": _(
        "The operator %(what)s is not allowed. Allowed are = <> < <= > >= + - * /, for texts of "
        "PostgreSQL also ||, each with spaces around it."
    ),
    "number": _(
        "%(what)s is not written as a plain number. Write digits, with one decimal point if needed."
    ),
    "placeholder": _(
        "Parameters and variables (%(what)s) are not allowed. Write the value itself."
    ),
    "four_byte": _(
        "The column %(column)s cannot store every character of the text, such as emoji or rare "
        "characters. Write it without them."
    ),
    # The shape
    "not_a_change": _(
        "Only UPDATE, DELETE and INSERT … VALUES are allowed. Changes of the schema and "
        "procedures go through a release."
    ),
    "syntax": _(
        "The statement could not be read. Check it for missing words, commas and brackets."
    ),
    "subquery": _(
        "Subqueries are not allowed: their result may differ when the change is executed. Look "
        "the value up and write it into the statement."
    ),
    "cte": _("WITH is not allowed. Look the values up and write them into the statement."),
    "join": _(
        "Only one table may be named. Look up the keys of the rows and write them into the "
        "condition."
    ),
    "returning": _("RETURNING is not allowed: the picture shows the rows anyway."),
    "on_conflict": _(
        "What happens on a conflict may not be left open. Use UPDATE for rows that exist, INSERT "
        "for new ones."
    ),
    "alias": _(
        "Tables and values may have no other name here. Leave out AS and the name after it."
    ),
    "limit": _("ORDER BY and LIMIT are not allowed. Name the rows by their key."),
    "cast": _(
        "Casts are not allowed: they may hide another operator. Write the value plainly; the "
        "column's type applies."
    ),
    "function": _(
        "The function %(what)s is not allowed. Allowed are %(allowed)s. Otherwise compute the "
        "value and write it into the statement."
    ),
    "session_value": _(
        "%(what)s depends on who executes the statement and when. Write the value itself; if you "
        "mean a column, put its name between quotation marks."
    ),
    "now": _(
        "The time of execution may only be written into columns that are declared volatile, which "
        "%(column)s is not. Write the time itself."
    ),
    "special_date": _(
        "“now”, “today”, “yesterday” and “tomorrow” change with the day of execution. Write the "
        "date itself."
    ),
    "default_word": _("DEFAULT is not allowed. Write the value itself."),
    "word": _(
        "%(what)s is neither a column of the table nor a word that is allowed here. Check the "
        "spelling; if it is a column, put its name between quotation marks."
    ),
    "part": _(
        "The statement has a part that is not allowed (%(what)s). Write it as UPDATE … SET … "
        "WHERE …, DELETE FROM … WHERE … or INSERT INTO … (…) VALUES (…)."
    ),
    "not_a_value": _(
        "A condition stands where a value is expected. In SET, separate columns by commas and not "
        "by AND."
    ),
    "not_a_condition": _(
        "A value stands where a condition is expected. Write a comparison, such as column = value."
    ),
    "equals_null": _("Nothing equals NULL. Write IS NULL or IS NOT NULL."),
    "unstable": _(
        "The statement reads differently once it is written in standard form. Write it more simply."
    ),
    # The table and its columns
    "other_database": _("The table is in another database than the target. Name the right target."),
    "unknown_table": _("The target has no table %(what)s. Check the name and the schema."),
    "ambiguous_table": _(
        "Several schemas have a table %(what)s. Write the schema before the name: schema.table."
    ),
    "table_not_allowed": _(
        "The table %(what)s may not be changed in this target. Ask the target's owner to allow it."
    ),
    "unknown_column": _("The table %(table)s has no column %(what)s. Check the spelling."),
    "masked_column": _(
        "The column %(column)s is masked: a statement may set it, but not read it. Name the row "
        "by another key."
    ),
    "set_twice": _("The column %(column)s is set twice. Leave one of them out."),
    "set_key": _(
        "The primary key (%(column)s) may not be changed: the row would become another one. "
        "Delete the row and insert the new one as two requests."
    ),
    "set_generated": _(
        "The database computes the column %(column)s by itself. Change the columns that it is "
        "computed from."
    ),
    "set_numbered": _(
        "The database numbers the column %(column)s by itself; a number written by hand would "
        "collide with the application's next one. Let the application add the row."
    ),
    "computed_default": _(
        "Write a value for the column %(column)s: its default is computed at the moment of "
        "execution, so that nobody could approve it."
    ),
    "insert_columns": _("Write the columns after the table's name: INSERT INTO table (a, b) …"),
    "insert_width": _("A row has %(values)s values for %(columns)s columns. Write one for each."),
    "insert_key": _(
        "Write a value for every column of the primary key (%(columns)s), so that the picture can "
        "name the new row."
    ),
    "insert_literal": _("Write plain values after VALUES: no names, no arithmetic, no functions."),
    # The key
    "no_where": _("There is no WHERE: every row would change. Name the rows by their key."),
    "no_key": _(
        "The condition does not name rows by a key. Add one of %(keys)s, each = or IN with plain "
        "values, joined to the rest by AND."
    ),
    "key_type": _(
        "The key %(column)s is compared with a value of another kind. Write %(kind)s; otherwise "
        "the database converts it, and may find other rows."
    ),
    "too_many_keys": _(
        "The condition names %(count)s rows, at most %(limit)s are allowed. Split the change into "
        "several requests."
    ),
    # What the catalogue says about the table
    "no_primary_key": _(
        "The table %(what)s has no primary key: its rows cannot be told apart for sure. Use the "
        "recorded way, or have a release add a key."
    ),
    "view": _("%(what)s is a view. Change the table beneath it."),
    "not_a_table": _("%(what)s is not a table whose rows can be changed. Name the table."),
    "rule": _(
        "The table %(what)s has rules that rewrite statements. Use the recorded way, so that a "
        "database administrator decides."
    ),
    "row_security": _(
        "The table %(what)s hides rows by row-level security, so that a picture may not show all. "
        "Use the recorded way."
    ),
    "inheritance": _(
        "The table %(what)s is part of an inheritance or of partitions, so that a statement may "
        "reach other tables. Use the recorded way."
    ),
    "foreign_table": _(
        "The table %(what)s is in another database: it cannot be locked from here. Name the "
        "database that it is in as the target."
    ),
    "engine": _(
        "The table %(what)s does not use InnoDB, so that a change could not be undone halfway. "
        "Use the recorded way."
    ),
    "shadowed": _(
        "The schema of %(what)s defines operators or functions of the same name as the "
        "database's own, so that a condition may mean something else. Use the recorded way."
    ),
}


class Refused(Invalid):
    """The gate does not let the statement through; nothing was sent to the target."""

    def __init__(self, code: str, /, **facts: object) -> None:
        self.code = code
        self.facts = facts
        super().__init__(sentence(code, facts), "statement")


def sentence(code: str, facts: dict[str, object]) -> str:
    """In the reader's language, also long after the refusal."""
    text = str(SENTENCES[code])
    return text % facts if facts else text
