"""Questions to PostgreSQL's catalogue. Each row names its table by `oid`."""

from __future__ import annotations

from changes.gate.words import FUNCTIONS

SEARCH_PATH = "SELECT pg_catalog.set_config('search_path', %(path)s, true)"

_WANTED = """
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY(%(schemas)s) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND (%(name)s IS NULL OR c.relname = %(name)s)
"""

TABLES = f"""
SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind,
  EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid) AS rules,
  c.relrowsecurity AS row_security,
  EXISTS (SELECT FROM pg_catalog.pg_inherits i
          WHERE c.oid IN (i.inhrelid, i.inhparent)) AS inherits
{_WANTED} ORDER BY 2, 3
"""  # noqa: S608 - written here

_COLUMNS = f"""
SELECT a.attrelid AS oid, a.attname AS name,
  pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
  CASE WHEN b.typnamespace = 'pg_catalog'::regnamespace THEN b.typname END AS base,
  b.typtype = 'e' AS enum, a.attnotnull AS not_null,
  pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS default,
  a.attgenerated <> '' AS generated, a.attidentity <> '' AS identity
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid IN (SELECT c.oid {_WANTED})
ORDER BY a.attrelid, a.attnum
"""  # noqa: S608 - written here

# `indisexclusion` is set for keys WITHOUT OVERLAPS, which several rows may share.
_INDEXES = f"""
SELECT i.indrelid AS oid, i.indisprimary AS primary,
  i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
    AND NOT i.indisexclusion AS sure,
  ARRAY(SELECT a.attname::text
        FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place)
        LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
        WHERE k.place <= i.indnkeyatts ORDER BY k.place) AS columns
FROM pg_catalog.pg_index i
WHERE i.indisunique AND i.indrelid IN (SELECT c.oid {_WANTED})
ORDER BY i.indrelid, i.indisprimary DESC, i.indexrelid
"""  # noqa: S608 - written here

# Foreign keys count from both ends: those that point here cascade.
_DEFINITIONS = f"""
WITH wanted AS (SELECT c.oid {_WANTED})
SELECT w.oid, x.conrelid::regclass || ' ' || x.conname || ' '
  || pg_catalog.pg_get_constraintdef(x.oid) AS definition
FROM wanted w JOIN pg_catalog.pg_constraint x ON w.oid IN (x.conrelid, x.confrelid)
UNION
SELECT t.tgrelid, pg_catalog.pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text || ' '
  || pg_catalog.md5(p.prosrc)
FROM wanted w JOIN pg_catalog.pg_trigger t ON t.tgrelid = w.oid AND NOT t.tgisinternal
JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
UNION
SELECT i.indrelid, pg_catalog.pg_get_indexdef(i.indexrelid)
FROM wanted w JOIN pg_catalog.pg_index i ON i.indrelid = w.oid AND i.indisunique
ORDER BY 1, 2
"""  # noqa: S608 - written here

PARTS = {"columns": _COLUMNS, "indexes": _INDEXES, "definitions": _DEFINITIONS}

# Operators and functions that would win over the built-in ones, for types that those serve.
SHADOWED = f"""
SELECT EXISTS (
  SELECT FROM pg_catalog.pg_operator o
  JOIN pg_catalog.pg_type l ON l.oid = o.oprleft JOIN pg_catalog.pg_type r ON r.oid = o.oprright
  WHERE o.oprnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = %(schema)s)
    AND o.oprname IN ('=', '<>', '<', '<=', '>', '>=', '+', '-', '*', '/', '||', '~~', '!~~')
    AND (l.oid < 16384 OR l.typtype IN ('e', 'd')) AND (r.oid < 16384 OR r.typtype IN ('e', 'd'))
) OR EXISTS (
  SELECT FROM pg_catalog.pg_proc p
  WHERE p.pronamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = %(schema)s)
    AND p.proname IN ({", ".join(f"'{name}'" for name in sorted(FUNCTIONS))})
) AS shadowed
"""  # noqa: S608 - written here
