DROP VIEW core.gold_confusion
