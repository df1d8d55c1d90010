"""What the DAG files share: the rules every DAG follows, and the watch files they are made from."""
