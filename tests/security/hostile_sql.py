"""Statements by which one who may read would do more: reach files, the network, a write."""

from __future__ import annotations

from collections.abc import Iterator

READERS = (
    "read_text",
    "read_blob",
    "read_csv",
    "read_csv_auto",
    "read_json",
    "read_json_auto",
    "read_parquet",
    "read_ndjson",
    "parquet_metadata",
    "parquet_schema",
    "glob",
    "sniff_csv",
    "parquet_scan",
)
PLACES = (
    "/etc/passwd",
    "../watch/acme.toml",
    ".secrets/*",
    "http://127.0.0.1:9/x",
    "https://out.example/x",
    "s3://bucket/x",
    "file:///etc/passwd",
    "/proc/self/environ",
)
WRITES = (
    "CREATE TABLE x(a int)",
    "CREATE TEMP TABLE x AS SELECT 1",
    "DROP TABLE core.mention",
    "DELETE FROM core.mention",
    "UPDATE core.mention SET text = 'x'",
    "INSERT INTO core.mention SELECT * FROM core.mention",
    "ALTER TABLE core.mention ADD COLUMN x int",
    "TRUNCATE core.mention",
    "CREATE SCHEMA x",
    "VACUUM",
    "CHECKPOINT",
    "CREATE VIEW marts.x AS SELECT 1",
    "CREATE MACRO x() AS 1",
    "CREATE SEQUENCE x",
    "COMMENT ON TABLE core.mention IS 'x'",
    "ATTACH ':memory:' AS y",
    "ATTACH '{root}/x.duckdb'",
    "ATTACH '{root}/data/warehouse.duckdb' AS w",
    "DETACH tidings",
    "COPY (SELECT 1) TO '{root}/stolen.csv'",
    "COPY core.mention TO '{root}/stolen.parquet'",
    "EXPORT DATABASE '{root}/stolen'",
    "COPY core.mention FROM '/etc/passwd'",
    "IMPORT DATABASE '{root}'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "INSTALL '{root}/x'",
    "LOAD '/tmp/x.duckdb_extension'",
    "FORCE INSTALL json FROM 'http://127.0.0.1:9'",
    "USE memory",
    "BEGIN",
    "CALL x()",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "RESET lock_configuration",
    "SET memory_limit = '90GB'",
    "SET GLOBAL allow_unsigned_extensions = true",
    "SET allowed_directories = ['/']",
    "SET temp_directory = '{root}'",
    "PRAGMA enable_profiling",
    "PRAGMA profiling_output = '{root}/p'",
    "SET log_query_path = '{root}/q'",
    "PRAGMA database_list",
    "SET secret_directory = '{root}'",
    "CREATE SECRET x (TYPE s3, KEY_ID 'a', SECRET 'b')",
    "CREATE PERSISTENT SECRET y (TYPE s3)",
    "SET home_directory = '/root'",
    "SET extension_directory = '{root}'",
    "PREPARE x AS SELECT 1",
    "EXECUTE x",
    "SELECT 1; SELECT 2",
    "SELECT 1; COPY (SELECT 1) TO '{root}/stolen.csv'",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{root}/stolen.csv'",
    "WITH x AS (SELECT 1) INSERT INTO core.mention SELECT * FROM x",
    "SELECT getenv('TIDINGS_SECRET_X')",
    "SELECT getenv('HOME')",
    "SELECT query('DROP TABLE core.mention')",
    "FROM query('COPY (SELECT 1) TO ''{root}/stolen.csv''')",
    "FROM query_table('/etc/passwd')",
    "FROM '/etc/passwd'",
    "FROM '{root}/watch/acme.toml'",
    "SELECT * FROM duckdb_secrets()",
    "FROM 'http://127.0.0.1:9/x.csv'",
)
ALLOWED = (
    "EXPLAIN",
    "CREATE TEMP TABLE",
    "PRAGMA database_list",
    "BEGIN",
    "SELECT * FROM duckdb_secrets()",
    "PREPARE x",
    "CHECKPOINT",
    "VACUUM",
)
"""They may work: nothing is read or written by them. All others must be refused or give nothing."""


def statements(root: str) -> Iterator[str]:
    """Give each statement once, files in ``root``."""
    yield from (text.replace("{root}", root) for text in WRITES)
    for reader in READERS:
        for place in PLACES:
            yield f"SELECT * FROM {reader}('{place}')"


def typed() -> Iterator[str]:
    """Give what people type into search boxes and filters to get into a statement."""
    for quoted in (
        "'",
        '"',
        "`",
        "\\'",
        "''",
        "%27",
        "\u02bc",
        "\uff07",
        "$$",
        "/*",
        "--",
        ";",
        "\\",
        "\0",
    ):
        for rest in (
            " OR 1=1--",
            "; DROP TABLE core.mention;--",
            " UNION SELECT text FROM core.mention--",
            "||getenv('HOME')||",
            ") OR (1=1",
            "; COPY (SELECT 1) TO '/tmp/x';--",
            " AND 1=(SELECT count(*) FROM read_text('/etc/passwd'))--",
        ):
            yield f"x{quoted}{rest}"
